"""Linear against feed-forward readout, digit by digit, ours and published."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import published
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.files import read_json
from kerasae.run_dir import RunDir

NEEDS = tuple(f"readouts/mnist/{head}.json" for head in published.HEADS)
DIGITS = [str(digit) for digit in range(10)]
HEADS = {"linear": (style.ORANGE, "o", "linear"), "ffn": (style.BLUE, "s", "feed-forward")}


def draw(run: RunDir) -> Figure:
    """Draws each digit's recall by both heads, joined by a line.

    Raises:
        RunError: where a readout was not on the ten digits.
    """
    results = {head: read_json(run.path / path) for head, path in zip(HEADS, NEEDS, strict=True)}
    for path, result in zip(NEEDS, results.values(), strict=True):
        if result["classes"] != DIGITS:
            raise RunError(
                f"{path} must be a readout of the ten digits. "
                f"Received: {', '.join(result['classes'])}."
            )
    ours = {head: np.array(result["recall"]) for head, result in results.items()}
    theirs = {head: _recall(np.array(published.confusion(head))) for head in HEADS}

    figure = style.figure(7.6, 4.0)
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    _show(left, theirs, f"published ({published.SOURCE})")
    _show(right, ours, "ours")
    left.set_ylabel("digit", fontsize=9)
    left.set_yticks(range(10), DIGITS)
    left.invert_yaxis()
    left.legend(loc="lower left", fontsize=8, frameon=False)
    return figure


def _recall(confusion: np.ndarray) -> np.ndarray:
    """Share of each true class's images that are told right."""
    return confusion.diagonal() / confusion.sum(axis=1)


def _show(axes, recall: dict[str, np.ndarray], title: str) -> None:
    """A line a digit between its two recalls, in per cent."""
    style.tidy(axes)
    places = np.arange(10)
    axes.hlines(places, *(100 * values for values in recall.values()), color="0.6", linewidth=2)
    for head, values in recall.items():
        colour, marker, name = HEADS[head]
        axes.plot(
            100 * values,
            places,
            color=colour,
            marker=marker,
            linestyle="",
            markersize=6,
            label=name,
        )
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("recall: images of the digit told right (%)", fontsize=9)
    axes.tick_params(labelsize=8)
