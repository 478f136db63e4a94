"""Accuracy of readouts, layer by layer."""

import itertools

from matplotlib.figure import Figure

from kerasae import names
from kerasae.config import RunError
from kerasae.figures import style
from kerasae.readouts import curves, listing
from kerasae.run_dir import RunDir

NEEDS = ("readouts",)


def draw(run: RunDir) -> Figure:
    """Draws every curve over layers of a run, a panel each.

    Raises:
        RunError: where there is none, or one is damaged.
    """
    found = curves.by_layer(run)
    if not found:
        raise RunError(
            f"{run.readouts} has no accuracy by layer: kerasae.readout --layer=all makes it."
        )
    figure = style.figure(6.2, 3.8 * len(found))
    panels = figure.subplots(len(found), squeeze=False)[:, 0]
    for axes, curve, title in zip(panels, found, listing.curve_titles(found), strict=True):
        layers = list(dict.fromkeys(row.layer for row in curve.rows))
        heads = list(dict.fromkeys(row.head for row in curve.rows))
        for color, head in zip(itertools.cycle(style.LINES), heads):
            accuracy = [row.accuracy for row in curve.rows if row.head == head]
            axes.plot(layers, accuracy, color=color, marker="o", markersize=4,
                      label=names.title(head))  # fmt: skip
        axes.set_title(style.name(title, style.TITLE_LETTERS), fontsize=10)
        axes.set_ylabel("test accuracy")
        axes.set_xlabel("encoder layer, from image to code")
        axes.set_xticks(range(len(layers)), layers, fontsize=8)
        for label in axes.get_xticklabels():
            label.set(rotation=40, ha="right", rotation_mode="anchor")
        axes.legend(frameon=False)
        style.tidy(axes)
    return figure
