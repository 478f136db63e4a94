"""The options of a dataclass, which `config.option` made: types, help texts, and values checked.

A setting is checked once, where its dataclass is made, without TensorFlow, so
that a mistake is refused before anything slow starts.
"""

import dataclasses
import functools
import operator
import types
from numbers import Integral, Real
from types import NoneType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from kerasae.bounds import COUNT, WIDEST, Bounds
from kerasae.config import FilePath, require, require_known


def option_fields(config_class: type) -> list[dataclasses.Field]:
    """The fields of a dataclass that are options."""
    return [field for field in dataclasses.fields(config_class) if "help" in field.metadata]


def require_given(name: str, value: Any, help_text: str) -> None:
    """Raises ConfigError, with what the flag is for, unless its value stands for something."""
    holds = value not in (None, "", ())
    require(holds, f"--{name} must be given. Its help: {help_text}.", **{name: value})


def check_options(config: Any, prefix: str = "") -> None:
    """Raises ConfigError for an option of another type than its field's, or outside its range.

    Or for one that is required and stands for nothing.

    Args:
        config: A dataclass with fields made by `option`.
        prefix: Of their flags: `model.` of a model family's `Config`.
    """
    for field in _required(type(config)):
        require_given(f"{prefix}{field.name}", getattr(config, field.name), help_of(field))
    for name, kind, optional, bounds in _options(type(config)):
        value = getattr(config, name)
        if not (optional and value is None):
            check_value(f"--{prefix}{name}", name, value, kind, bounds)


def help_of(field: dataclasses.Field) -> str:
    """The help text of an option, with its range."""
    text, bounds = field.metadata["help"], field.metadata["bounds"]
    text = text() if callable(text) else text
    return with_range(text, bounds)


def with_range(text: str, bounds: Bounds | None) -> str:
    """A help text that ends in a range, where there is one."""
    return f"{text}; {bounds.words}" if bounds else text


# A search makes thousands of configs, and looking their types up takes longer than checking them.
type_hints = functools.cache(get_type_hints)


def without_none(hint: Any) -> Any:
    """A type without None."""
    if get_origin(hint) not in (types.UnionType, Union):
        return hint
    return functools.reduce(operator.or_, (one for one in get_args(hint) if one is not NoneType))


def takes_none(hint: Any) -> bool:
    """Whether None is of a type."""
    return NoneType in get_args(hint)


@functools.cache
def _options(config_class: type) -> list[tuple[str, Any, bool, Bounds | None]]:
    """Name, type, whether None will do, and range of each option."""
    options = []
    for field in option_fields(config_class):
        hint = type_hints(config_class)[field.name]
        options.append((field.name, without_none(hint), takes_none(hint), field.metadata["bounds"]))
    return options


@functools.cache
def _required(config_class: type) -> list[dataclasses.Field]:
    """The options that must be given."""
    return [field for field in option_fields(config_class) if field.metadata["required"]]


def check_value(flag: str, name: str, value: Any, kind: Any, bounds: Bounds | None) -> None:
    """Raises ConfigError unless a value is of a type and in its range."""
    items = (value,)
    if get_origin(kind) is Literal:
        require_known(flag, value, get_args(kind))
        return
    if get_origin(kind) is tuple:
        most = (bounds or COUNT).items
        fits = isinstance(value, tuple) and len(value) <= most
        require(fits, f"{flag} must be a tuple of {most} values at most.", **{name: value})
        items, kind = value, get_args(kind)[0]
    for item in items:
        wrong = _mistake(item, kind, bounds)
        require(not wrong, f"{flag} must be {wrong}.", **{name: value})


def _mistake(value: Any, kind: type, bounds: Bounds | None) -> str | None:
    """What a value must be; None where it is."""
    type_, words = _KINDS[kind]
    # True is a number to Python, and to nobody else.
    if not isinstance(value, type_) or (isinstance(value, bool) and kind is not bool):
        return words
    if kind in WIDEST and not (allowed := bounds or WIDEST[kind]).hold(value):
        return allowed.words
    return None


_KINDS = {
    bool: (bool, "true or false"),
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str, "a text"),
    FilePath: (str, "a path"),
}


def require_seeds(flag: str, seeds: tuple[int, ...]) -> None:
    """Raises ConfigError unless there are one or more seeds, all different."""
    require(
        bool(seeds) and len(set(seeds)) == len(seeds),
        f"--{flag} must be one or more different seeds.",
        **{flag: seeds},
    )
