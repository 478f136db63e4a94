"""Plug-ins by file name: `families/pooled.py` is the model family `pooled`."""

import importlib
import pkgutil
from types import ModuleType

from kerasae.config import require_known

# The packages whose files are plug-ins; data sources choose by more than the name.
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
