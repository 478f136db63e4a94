"""Draws figure plug-ins into the directory of a run, or of a search."""

import warnings
from collections.abc import Callable
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from kerasae import registry
from kerasae.config import RunError
from kerasae.figures import hover
from kerasae.figures.plot import ConditionalPlot, Plot
from kerasae.files import atomic_path
from kerasae.run_dir import RunDir
from kerasae.tuning.open_search import Search


def draw(run: RunDir, name: str) -> Path:
    """Draws one figure to `figures/<name>.png` and returns the path.

    Raises:
        ConfigError: for an unknown figure.
        RunError: where a file that it needs is missing.
    """
    return draw_plot(run, name, registry.load(registry.PLOTS, name, "the figure"))


def draw_of_search(search: Search, name: str) -> Path:
    """As `draw`, a figure of a search."""
    return draw_plot(search, name, registry.load(registry.SEARCH_PLOTS, name, "the figure"))


def draw_plot(run: RunDir | Search, name: str, plot: Plot) -> Path:
    """As `draw`, with the plug-in already loaded."""
    absent = missing(run, plot)
    if absent:
        raise RunError(f"The figure {name} needs {', '.join(absent)} in {run.path}.")
    path = run.figures / f"{name}.png"
    save(path, lambda: plot.draw(run))
    return path


def save(path: Path, make: Callable[[], Figure]) -> None:
    """Makes a figure and writes it; no `$` in any text of it begins mathematics.

    Args:
        path: The `.png` file, which is written whole or not at all.
        make: Makes the figure.
    """
    with (
        atomic_path(path) as new,
        matplotlib.rc_context({"text.parse_math": False}),
        warnings.catch_warnings(),
    ):
        # A letter that the font lacks is drawn as a box.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        figure = make()
        figure.savefig(new, metadata={"Software": None, **hover.metadata(figure)})


def unavailable(run: RunDir | Search, plot: Plot) -> str | None:
    """Why a figure can't be drawn, all files that it needs being there; None where it can."""
    return plot.unavailable(run) if isinstance(plot, ConditionalPlot) else None


def missing(run: RunDir | Search, plot: Plot) -> list[str]:
    """The files that a figure needs and the directory doesn't have."""
    return [needed for needed in plot.NEEDS if not (run.path / needed).exists()]
