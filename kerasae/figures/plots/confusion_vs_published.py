"""Confusion matrices beside the published ones, and the difference."""

import numpy as np
from matplotlib.colors import PowerNorm, SymLogNorm
from matplotlib.figure import Figure

from kerasae import names, tables
from kerasae.figures import published_readouts, style
from kerasae.run_dir import RunDir

NEEDS = ("config.json", "readouts")
unavailable = published_readouts.unavailable


def draw(run: RunDir) -> Figure:
    """Draws a row for each head: ours, published, ours minus published.

    Raises:
        RunError: where a readout counts other images than the published one.
    """
    readouts = published_readouts.read(run)
    classes = readouts.experiment.classes
    figure = style.figure(10.2, 3.9 * len(readouts.theirs) + 0.5)
    grid = figure.subplots(len(readouts.theirs), 3)
    for row, (head, theirs) in zip(grid, readouts.theirs.items(), strict=True):
        ours, title = readouts.ours[head], names.readout_title(head)
        labels = f"{readouts.labels[head]:,} labels"
        scores = _accuracy(ours), _accuracy(theirs)
        _show_counts(
            row[0], ours, classes, f"{title}, ours\n{labels}, accuracy {tables.number(scores[0])}"
        )
        _show_counts(
            row[1], theirs, classes, f"{title}, published\naccuracy {tables.number(scores[1])}"
        )
        change = f"ours − published:\n{tables.number(tables.Difference(scores[0] - scores[1]), 4)}"
        _show_difference(row[2], ours - theirs, classes, change)
    style.note(
        figure,
        f"Numbers of test images of {readouts.experiment.settings['dataset']}. Published: "
        f"{readouts.experiment.citation}. In the difference purple is better and orange worse: "
        "more on the diagonal, fewer beside it.",
    )
    return figure


def _accuracy(matrix: np.ndarray) -> float:
    """Share of the diagonal."""
    return np.trace(matrix) / matrix.sum()


def _show_counts(axes, matrix: np.ndarray, classes: tuple[str, ...], title: str) -> None:
    """Counts; the square root shows the rare mistakes beside the diagonal."""
    norm = PowerNorm(0.5, 0, matrix.sum(axis=1).max())
    axes.imshow(matrix, cmap="Blues", norm=norm)
    _label(axes, matrix, classes, "d", norm(matrix) > 0.6)
    axes.set_title(title, fontsize=9)


def _show_difference(axes, change: np.ndarray, classes: tuple[str, ...], title: str) -> None:
    """Changes of counts, coloured by whether they are for the better."""
    better = np.where(np.eye(len(change), dtype=bool), change, -change)
    norm = SymLogNorm(linthresh=5, vmin=-300, vmax=300)
    axes.imshow(better, cmap="PuOr", norm=norm)
    _label(axes, change, classes, "+d", np.abs(norm(better) - 0.5) > 0.27)
    axes.set_title(title, fontsize=9)


def _label(axes, matrix: np.ndarray, classes: tuple[str, ...], form: str, dark: np.ndarray) -> None:
    """Numbers in the cells, white where the cell is dark, and the axes' names."""
    for (row, column), value in np.ndenumerate(matrix):
        axes.text(
            column,
            row,
            format(value, form).replace("-", tables.MINUS) if value else "0",
            ha="center",
            va="center",
            fontsize=style.SMALL,
            color="white" if dark[row, column] else "black",
        )
    shown = [style.name(name) for name in classes]
    axes.set_xticks(range(len(shown)), shown)
    axes.set_yticks(range(len(shown)), shown)
    axes.tick_params(labelsize=8, length=0)
    axes.set_xlabel("predicted class", fontsize=8)
    axes.set_ylabel("true class", fontsize=8)
