"""The contract of a figure, of a run or of a search."""

from typing import Protocol, runtime_checkable

from matplotlib.figure import Figure

from kerasae.run_dir import RunDir
from kerasae.tuning.open_search import Search


class Plot(Protocol):
    """A figure plug-in: a file in `figures/plots/` or `figures/search_plots/`.

    The first line of its docstring is the caption on the page.

    Attributes:
        NEEDS: Files of the run or search that it reads; of a run, `probes/<name>.npz` are
            computed where missing.
    """

    NEEDS: tuple[str, ...]

    def draw(self, run: RunDir | Search) -> Figure:
        """Draws it, the same each time; made by `style.figure` it may have marks, see `hover`."""


@runtime_checkable
class ConditionalPlot(Plot, Protocol):
    """A figure that not every run can have that has its files."""

    def unavailable(self, run: RunDir | Search) -> str | None:
        """Why a run with all of `NEEDS` can't have it, or None."""
