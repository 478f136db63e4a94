"""Plug-ins by file name: `families/pooled.py` is the model family `pooled`."""

import ast
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from kerasae.config import require_known

# The packages whose files are plug-ins.
SOURCES = "kerasae.data.sources"
FAMILIES = "kerasae.models.families"
OBJECTIVES = "kerasae.objectives"
HEADS = "kerasae.readouts.heads"
MEASURES = "kerasae.evaluation.measures"
PROBES = "kerasae.probes"
PLOTS = "kerasae.figures.plots"
SEARCH_PLOTS = "kerasae.figures.search_plots"
TUNERS = "kerasae.tuning.tuners"
TARGETS = "kerasae.exporting.targets"


def names(package: str) -> tuple[str, ...]:
    """The plug-ins of a package such as `kerasae.models.families`, sorted."""
    folder = importlib.import_module(package).__path__
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder)))


def load_all(package: str) -> dict[str, ModuleType]:
    """Every plug-in of a package by name."""
    return {name: importlib.import_module(f"{package}.{name}") for name in names(package)}


def load(package: str, name: str, what: str) -> ModuleType:
    """Imports one plug-in.

    Args:
        package: Dotted name of the package that holds the plug-ins.
        name: The plug-in's file name without `.py`.
        what: What the user would call it, for the message: a flag or a word.

    Raises:
        ConfigError: where there is no such plug-in; lists those there are.
    """
    require_known(what, name, names(package))
    return importlib.import_module(f"{package}.{name}")


def constant(package: str, name: str, attribute: str) -> Any:
    """A constant of a plug-in, read from its file without importing it.

    Heads and export targets import Keras, which takes seconds. Help and checks,
    which have to answer at once, need a word or two of them.

    Args:
        package: Dotted name of the package that holds the plug-ins.
        name: The plug-in's file name without `.py`.
        attribute: Name that the file gives a literal at its top level.

    Raises:
        AttributeError: where it doesn't.
    """
    path = Path(importlib.util.find_spec(f"{package}.{name}").origin)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for target, value in _assignments(node):
            if ast.unparse(target) == attribute:
                return ast.literal_eval(value)
    raise AttributeError(f"{package}.{name} must give {attribute} a literal value.")


def _assignments(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Names and values of `A = 1`, `A = B = 1`, or `A, B = 1, 2`."""
    for target in node.targets if isinstance(node, ast.Assign) else ():
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value
