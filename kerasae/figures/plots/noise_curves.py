"""Psychometric curves: accuracy against the level of each corruption, points and fit."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import names, tables
from kerasae.evaluation.psychometric import Psychometric
from kerasae.figures import evaluation, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("noise", "curves.csv", "fits.csv")
COLUMNS = 2
NOTE = (
    "Points: measured. Lines: fitted. Marks on the axis: thresholds, where the fitted curve is "
    "half-way between clean accuracy and chance (dotted); in the legends: threshold, slope; beyond "
    "or below the levels that were tried no threshold was measured."
)


def draw(run: RunDir) -> Figure:
    """Draws a panel for each corruption and a colour for each classifier."""
    curves = evaluation.table(run, "noise", "curves")
    fits = evaluation.table(run, "noise", "fits")
    units = evaluation.settings(run, "noise")["level units"]
    corruptions = list(dict.fromkeys(row["corruption"] for row in curves))
    looks = evaluation.looks(list(dict.fromkeys(row["classifier"] for row in curves)))
    columns = min(COLUMNS, len(corruptions))
    rows = -(-len(corruptions) // columns)
    figure = style.figure(4.6 * columns, 3.5 * rows + 0.5)
    grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, kind in zip(grid.flat, corruptions, strict=False):
        _panel(
            axes,
            [row for row in curves if row["corruption"] == kind],
            [row for row in fits if row["corruption"] == kind],
            looks,
        )
        axes.set_title(names.title(kind), fontsize=10)
        axes.set_xlabel(units[kind], fontsize=8)
        axes.tick_params(labelsize=8)
    for axes in grid[:, 0]:
        axes.set_ylabel("test accuracy", fontsize=9)
    for axes in grid.flat[len(corruptions) :]:
        axes.axis("off")
    evaluation.print_settings(figure, run, "noise", NOTE)
    return figure


def _panel(axes, curves: list[dict], fits: list[dict], looks: dict) -> None:
    """One corruption: every classifier's points, curve and threshold."""
    style.tidy(axes)
    levels = {float(row["level"]) for row in curves}
    least, highest = min(levels - {0.0}), max(levels)
    axes.axhline(float(fits[0]["chance"]), color="0.4", linestyle=":", linewidth=1)
    for fit in fits:
        look = looks[fit["classifier"]]
        points = [
            (float(row["level"]), float(row["accuracy"]))
            for row in curves
            if row["classifier"] == fit["classifier"]
        ]
        axes.plot(*zip(*points, strict=True), **look | {"linestyle": "none"}, markersize=4)
        threshold, slope = (evaluation.optional(fit[name]) for name in ("threshold", "slope"))
        title = names.classifier_title(fit["classifier"])
        label = f"{title}: not found"
        if threshold is not None:
            along = np.linspace(0, highest, 300)
            curve = Psychometric(threshold, slope, float(fit["clean"]), float(fit["chance"]))
            axes.plot(along, curve(along), **look | {"marker": None}, linewidth=1.3)
            label = f"{title}: beyond {highest:g}"
            if threshold < least:
                label = f"{title}: below {least:g}"
            elif threshold <= highest:
                label = f"{title}: {tables.number(threshold)}, {slope:.1f}"
                axes.plot(
                    threshold, 0, marker="|", markersize=14, markeredgewidth=2,
                    color=look["color"], clip_on=False, zorder=5,
                )  # fmt: skip
        axes.plot([], [], **look, markersize=4, linewidth=1.3, label=label)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=-0.02 * highest)
    axes.legend(fontsize=style.SMALL, frameon=True, framealpha=0.8, edgecolor="none")
