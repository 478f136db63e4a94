"""Recall of the published readouts, class by class, ours and published."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import names
from kerasae.figures import published_readouts, style
from kerasae.run_dir import RunDir

NEEDS = ("config.json", "readouts")
COLOURS = (style.ORANGE, style.BLUE, style.GREEN, style.RED)
MARKERS = ("o", "s", "^", "D")
unavailable = published_readouts.unavailable


def draw(run: RunDir) -> Figure:
    """Draws each class's recall by every head, joined by a line.

    Raises:
        RunError: where a readout counts other images than the published one.
    """
    readouts = published_readouts.read(run)
    ours, theirs = (
        {head: _recall(matrix) for head, matrix in matrices.items()}
        for matrices in (readouts.ours, readouts.theirs)
    )
    titles = {head: names.title(head) for head in theirs}
    ours_titles = {head: f"{titles[head]}, {readouts.labels[head]:,} labels" for head in ours}
    figure = style.figure(7.6, 4.0)
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    _show(left, theirs, f"published ({readouts.experiment.citation})", titles)
    _show(right, ours, "ours", ours_titles)
    left.set_ylabel("class", fontsize=9)
    classes = [style.name(name) for name in readouts.experiment.classes]
    left.set_yticks(range(len(classes)), classes)
    left.invert_yaxis()
    for axes in (left, right):
        axes.legend(loc="lower left", fontsize=8, frameon=False)
    return figure


def _recall(confusion: np.ndarray) -> np.ndarray:
    """Share of each true class's images that are classified correctly."""
    return confusion.diagonal() / confusion.sum(axis=1)


def _show(axes, recall: dict[str, np.ndarray], title: str, labels: dict[str, str]) -> None:
    """A line a class between its lowest and its highest recall, in per cent."""
    style.tidy(axes)
    values = 100 * np.stack(list(recall.values()))  # (heads, classes)
    places = np.arange(values.shape[1])
    axes.hlines(places, values.min(axis=0), values.max(axis=0), color="0.6", linewidth=2)
    for number, (head, shares) in enumerate(zip(recall, values, strict=True)):
        axes.plot(
            shares,
            places,
            color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)],
            linestyle="",
            markersize=6,
            label=labels[head],
        )
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("recall (% of the class's images)", fontsize=9)
    axes.tick_params(labelsize=8)
