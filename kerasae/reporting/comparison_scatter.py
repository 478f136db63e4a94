"""Error against linear accuracy, a mark a row: what an objective costs and what it buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import hover, scales, style
from kerasae.figures.hover import Mark
from kerasae.reporting.comparison_values import METRICS, MSE

if TYPE_CHECKING:
    from kerasae.reporting.comparison import Row

ERROR = METRICS[MSE]
# How columns of the linear readout begin.
LINEAR = "linear readout, "
LETTERS = 28
# Fewer marks show nothing that the table doesn't.
LEAST = 2
PER_LINE = 3


def columns(table: list[Row]) -> list[str]:
    """The accuracies that can be drawn, in the table's order."""
    names = dict.fromkeys(name for row in table for name in row.mean if name.startswith(LINEAR))
    return [name for name in names if len(_marks(table, name)) >= LEAST]


def draw(table: list[Row]) -> Figure:
    """Draws a panel for each dataset and number of labels, with the spread over seeds.

    Args:
        table: Rows, of which `columns` has one or more.
    """
    panels = columns(table)
    lines = -(-len(panels) // PER_LINE)
    figure = style.figure(5.4 * min(len(panels), PER_LINE), 4.6 * lines)
    grid = figure.subplots(lines, min(len(panels), PER_LINE), squeeze=False).ravel()
    shown = dict.fromkeys(row.name for column in panels for row in _marks(table, column))
    looks = dict(zip(shown, _looks(), strict=False))
    for axes, column in zip(grid, panels, strict=False):
        for row in _marks(table, column):
            colour, marker = looks[row.name]
            axes.errorbar(
                row.mean[ERROR],
                row.mean[column],
                xerr=row.spread.get(ERROR, 0),
                yerr=row.spread.get(column, 0),
                color=colour,
                marker=marker,
                markersize=7,
                elinewidth=0.8,
                linestyle="none",
                label=style.name(row.name, LETTERS),
            )
            figure.marks.append(
                Mark(
                    hover.lines(
                        row.name, ((n, tables.number(row.mean[n])) for n in (ERROR, column))
                    ),
                    [(axes, (row.mean[ERROR], row.mean[column]))],
                )
            )
        scales.logarithmic(axes.xaxis, [row.mean[ERROR] for row in _marks(table, column)])
        axes.set_xlabel(ERROR)
        axes.set_ylabel(style.name(column, 60))
        style.tidy(axes)
    for axes in grid[len(panels) :]:
        axes.remove()
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", frameon=False, fontsize=8)
    return figure


def _marks(table: list[Row], column: str) -> list[Row]:
    """Rows with both numbers; of those alike, as PCA is for every run, the first."""
    found = [row for row in table if ERROR in row.mean and column in row.mean]
    return list({(row.mean[ERROR], row.mean[column]): row for row in reversed(found)}.values())[
        ::-1
    ]


def _looks():
    """Colours with markers, no two alike."""
    count = len(style.CLASS_COLOURS)
    for turn in range(count):
        for place, colour in enumerate(style.CLASS_COLOURS):
            yield colour, style.CLASS_MARKERS[(place + turn) % count]
