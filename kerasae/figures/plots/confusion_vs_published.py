"""Confusion matrices on MNIST: ours, the published ones, and the difference."""

import numpy as np
from matplotlib.colors import PowerNorm, SymLogNorm
from matplotlib.figure import Figure

from kerasae import published
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.files import read_json
from kerasae.run_dir import RunDir

NEEDS = tuple(f"readouts/mnist/{head}.json" for head in published.HEADS)
TITLES = {"linear": "linear readout", "ffn": "feed-forward readout"}
DIGITS = [str(digit) for digit in range(10)]


def draw(run: RunDir) -> Figure:
    """Draws a row for each head: ours, published, ours minus published.

    Raises:
        RunError: where a readout was not on all ten digits of MNIST's test images.
    """
    figure = style.figure(10.2, 7.9)
    grid = figure.subplots(len(published.HEADS), 3)
    for row, head, path in zip(grid, published.HEADS, NEEDS, strict=True):
        theirs = np.array(published.confusion(head))
        ours = counts(read_json(run.path / path), theirs, path)
        title = TITLES[head]
        _show_counts(row[0], ours, f"{title}, ours: accuracy {_accuracy(ours):.4f}")
        _show_counts(row[1], theirs, f"{title}, published: accuracy {_accuracy(theirs):.4f}")
        _show_difference(
            row[2], ours - theirs, f"ours − published: {_accuracy(ours) - _accuracy(theirs):+.4f}"
        )
    figure.supxlabel(
        f"Numbers of MNIST test images. Published: {published.SOURCE}. In the difference purple is "
        "better and orange worse: more on the diagonal, fewer beside it.",
        fontsize=8,
    )
    return figure


def counts(result: dict, theirs: np.ndarray, name: str) -> np.ndarray:
    """A readout's confusion matrix, int64 `(10, 10)`, of the images that the published one counts.

    Raises:
        RunError: where it counts others.
    """
    ours = np.array(result["confusion"])
    if result["classes"] != DIGITS or (ours.sum(axis=1) != theirs.sum(axis=1)).any():
        raise RunError(
            f"{name} can't be laid beside the published matrix, which counts all "
            f"{theirs.sum():,} test images of MNIST's ten digits. Received: {ours.sum():,} images "
            f"of {', '.join(result['classes'])}."
        )
    return ours


def _accuracy(matrix: np.ndarray) -> float:
    """Share of the diagonal."""
    return np.trace(matrix) / matrix.sum()


def _show_counts(axes, matrix: np.ndarray, title: str) -> None:
    """Counts; the square root shows the rare mistakes beside the diagonal."""
    norm = PowerNorm(0.5, 0, 1135)
    axes.imshow(matrix, cmap="Blues", norm=norm)
    _label(axes, matrix, "d", norm(matrix) > 0.6, title)


def _show_difference(axes, change: np.ndarray, title: str) -> None:
    """Changes of counts, coloured by whether they are for the better."""
    better = np.where(np.eye(len(change), dtype=bool), change, -change)
    norm = SymLogNorm(linthresh=5, vmin=-300, vmax=300)
    axes.imshow(better, cmap="PuOr", norm=norm)
    _label(axes, change, "+d", np.abs(norm(better) - 0.5) > 0.27, title)


def _label(axes, matrix: np.ndarray, form: str, dark: np.ndarray, title: str) -> None:
    """Numbers in the cells, white where the cell is dark, and the axes' names."""
    for (row, column), value in np.ndenumerate(matrix):
        axes.text(
            column, row, format(value, form) if value else "0", ha="center", va="center",
            fontsize=style.SMALL, color="white" if dark[row, column] else "black",
        )  # fmt: skip
    axes.set_title(title, fontsize=9)
    axes.set_xticks(range(10))
    axes.set_yticks(range(10))
    axes.tick_params(labelsize=8, length=0)
    axes.set_xlabel("predicted digit", fontsize=8)
    axes.set_ylabel("true digit", fontsize=8)
