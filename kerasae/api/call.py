"""A verb's settings made a function's parameters: signature, help, values, words of errors."""

import contextlib
import dataclasses
import difflib
import functools
import inspect
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from kerasae import arguments, interrupts
from kerasae.api import images
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, require
from kerasae.data.array_source import ArraySource
from kerasae.data.sources import arrays
from kerasae.options import without_none
from kerasae.wording import shortened

DATASET = "dataset"
# Arguments for which arrays will do, in place of a dataset's name.
DATASETS = (DATASET, "other_dataset")
RUN_DIR = "run_dir"
ARRAYS = {
    "labels": (np.ndarray | Sequence[int] | None, "whole numbers, where `dataset` is images"),
    "test_images": (np.ndarray | None, "images to test on; a tenth is held out where not given"),
    "test_labels": (np.ndarray | Sequence[int] | None, "labels of `test_images`"),
    "class_names": (Sequence[str] | None, "names of the labels 0, 1, 2, …"),
}
IN_PLACE_OF_A_NAME = (
    "; or images, uint8 or floating-point in [0, 1], `(n, height, width)` or "
    "`(n, height, width, channels)`; or what `kerasae.api.dataset` made"
)
WIDTH = 92
# Letters of an argument in the record.
SHOWN = 200


@dataclasses.dataclass(frozen=True)
class Call:
    """A verb, called from Python.

    Attributes:
        line: Its settings.
        command: How it was called, for the record.
        source: The images, where they were given as arrays.
    """

    line: CommandLine
    command: list[str]
    source: ArraySource | None


def verb(settings: ModuleType, *positional: str) -> Callable:
    """Makes a function with a parameter for each flag of a verb of one that takes a `Call`.

    Args:
        settings: A module of `kerasae.verbs`.
        *positional: Flags that may be given without their names, in this order.
    """

    def decorate(work: Callable[[Call], Any]) -> Callable:
        line = _fresh(settings)
        signature = _signature(line, positional)

        @functools.wraps(work)
        def function(*args: Any, **kwargs: Any) -> Any:
            given = _bound(work.__name__, function.__signature__, args, kwargs)
            line = _fresh(settings)
            with arguments.in_words_of_python(line):
                command = _described(work.__name__, given)
                own, sources = _take_images(given)
                with arrays.given(*sources):
                    arguments.assign(line, given)
                    return work(Call(line, command, own))

        function.__signature__ = signature.replace(
            return_annotation=inspect.signature(work).return_annotation
        )
        function.__doc__ = _documented(work.__doc__, line, signature)
        return function

    return decorate


@contextlib.contextmanager
def interruptible(folder: Path) -> Iterator[None]:
    """Adds to an interrupt where finished work is kept and how to go on."""
    try:
        with interrupts.recognised():
            yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. What is finished is kept in {folder}; the same call with resume=True goes "
            "on from there."
        ) from None


def _fresh(settings: ModuleType) -> CommandLine:
    """The verb's flags, with their defaults."""
    line = CommandLine("")
    settings.define(line)
    return line


def _signature(line: CommandLine, positional: Sequence[str]) -> inspect.Signature:
    """Parameters: those by position, arrays beside a dataset, then all others by name."""
    known = arguments.parameters(line)
    for name in known.keys() & set(DATASETS):
        wider = np.ndarray | ArraySource | known[name].annotation
        known[name] = known[name].replace(annotation=wider)
    for name in line.required:
        kind = without_none(known[name].annotation)
        known[name] = known[name].replace(default=inspect.Parameter.empty, annotation=kind)
    first = [
        known.pop(name).replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in positional
    ]
    if DATASET in line.annotations:
        beside = {
            name: inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=None
            )
            for name, (annotation, _) in ARRAYS.items()
        }
        labels = beside.pop("labels")
        first.append(labels.replace(kind=inspect.Parameter.POSITIONAL_OR_KEYWORD))
        known = beside | known
    known = dict(sorted(known.items(), key=lambda item: item[0] not in line.required))
    return inspect.Signature([*first, *known.values()])


def _bound(
    name: str, signature: inspect.Signature, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments by name; raises TypeError as Python does, with a name that is like a wrong one."""
    try:
        return dict(signature.bind(*args, **kwargs).arguments)
    except TypeError as error:
        unknown = [key for key in kwargs if key not in signature.parameters]
        near = difflib.get_close_matches(unknown[0], signature.parameters, 1) if unknown else []
        hint = f". Did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"{name}() {error}{hint}") from None


def _take_images(given: dict[str, Any]) -> tuple[ArraySource | None, list[ArraySource]]:
    """Puts names in the place of arrays; returns those of `dataset`, and all that were given."""
    beside = {name: given.pop(name) for name in ARRAYS if given.get(name) is not None}
    found = {}
    for name in DATASETS:
        value = given.get(name)
        if value is None or isinstance(value, (str, ArraySource)):
            source = value
        elif name == DATASET:
            source, beside = images.dataset(value, **beside), {}
        else:
            source = images.dataset(value)
        if isinstance(source, ArraySource):
            found[name], given[name] = source, source.spec.name
    require(
        not beside,
        f"{', '.join(beside)} must stand beside an array of images.",
        dataset=given.get(DATASET),
    )
    sources = list(found.values())
    own = getattr(given.get(RUN_DIR), "source", None)
    if own is not None:
        sources.insert(0, own)
    _require_different_names(sources)
    return found.get(DATASET), sources


def _require_different_names(sources: Sequence[ArraySource]) -> None:
    """Raises ConfigError for two datasets of one name."""
    contents: dict[str, str] = {}
    for source in sources:
        name, content = source.spec.name, source.spec.content
        if contents.setdefault(name, content) != content:
            raise ConfigError(
                f"Two different datasets are called {name}: one needs another `name` in "
                "kerasae.api.dataset."
            )


def _described(function: str, given: Mapping[str, Any]) -> list[str]:
    """The call for the record, arrays by type and shape."""
    shown = (f"{name}={_shown(value)}" for name, value in given.items())
    return [f"kerasae.api.{function}({', '.join(shown)})"]


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"<{value.dtype} array {value.shape}>"
    if isinstance(value, ArraySource):
        return f"<{value.spec.name}>"
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return shortened(repr(value), SHOWN)


def _documented(doc: str, line: CommandLine, signature: inspect.Signature) -> str:
    """A docstring with a section `Args`, ahead of what it returns."""
    texts = {name: text for name, (_, text) in ARRAYS.items()} | arguments.documentation(line)
    for name in texts.keys() & set(DATASETS):
        texts[name] += IN_PLACE_OF_A_NAME
    entries = [
        textwrap.fill(f"{name}: {texts[name]}.", WIDTH, initial_indent=" " * 4,
                      subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False)
        for name in signature.parameters
    ]  # fmt: skip
    about, returns, more = inspect.cleandoc(doc).partition("Returns:\n")
    return "\n".join([about + "Args:", *entries, "", returns + more])
