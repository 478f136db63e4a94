"""Accuracy of a ridge readout against the number of labels."""

import itertools
import math
from collections import defaultdict

import numpy as np
from matplotlib.figure import Figure

from kerasae.config import RunError
from kerasae.figures import style
from kerasae.readouts import curves, listing
from kerasae.run_dir import RunDir

NEEDS = ("readouts",)


def draw(run: RunDir) -> Figure:
    """Draws every curve over numbers of labels of a run.

    Raises:
        RunError: where there is none, or one is damaged.
    """
    found = curves.label_efficiency(run)
    if not found:
        raise RunError(
            f"{run.readouts} has no label efficiency: kerasae.readout --labels_per_class makes it."
        )
    figure = style.figure(5.2, 3.4)
    axes = figure.add_subplot()
    counts = {row.labels_per_class for curve in found for row in curve.rows}
    # Numbers in their order, then `all`; datasets may have different ones.
    names = sorted(counts, key=lambda count: int(count) if count.isdecimal() else math.inf)
    for color, curve, title in zip(
        itertools.cycle(style.LINES), found, listing.curve_titles(found)
    ):
        by_count = defaultdict(list)
        for row in curve.rows:
            by_count[row.labels_per_class].append(row.accuracy)
        shown = sorted(by_count, key=names.index)
        values = [by_count[count] for count in shown]
        axes.errorbar(
            [names.index(count) for count in shown],
            [np.mean(sample) for sample in values],
            yerr=[np.std(sample, ddof=1) if sample[1:] else 0 for sample in values],
            color=color,
            marker="o",
            markersize=4,
            capsize=3,
            label=style.name(title, style.TITLE_LETTERS),
        )
    axes.set_xticks(range(len(names)), names)
    axes.set_xlabel("labels per class")
    axes.set_ylabel("test accuracy")
    axes.set_title("Ridge on the frozen code; bars: standard deviation over samples", fontsize=9)
    axes.legend(frameon=False)
    style.tidy(axes)
    return figure
