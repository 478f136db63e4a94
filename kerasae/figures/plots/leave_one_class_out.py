"""Anomaly detection of each class by an autoencoder that never saw it, beside one that did."""

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import evaluation, scales, style
from kerasae.run_dir import RunDir

NEEDS = evaluation.needs("leave_one_class_out", "classes.csv", "arrays.npz")


def draw(run: RunDir) -> Figure:
    """Draws areas under the curve by class, and errors of each class left out and kept."""
    rows = evaluation.table(run, "leave_one_class_out", "classes")
    arrays = evaluation.arrays(run, "leave_one_class_out")
    height = min(0.33, 0.17 + 1.6 / len(rows)) * len(rows)
    figure = style.figure(8.4, height + 2.0)
    left, right = figure.subplots(1, 2, sharey=True)
    _areas(left, rows)
    _errors(right, arrays)
    style.class_ticks(left.yaxis, [row["class"] for row in rows], height)
    left.invert_yaxis()
    left.set_ylabel("class left out", fontsize=9)
    for axes in (left, right):
        axes.tick_params(axis="x", labelsize=8)
        axes.legend(
            fontsize=style.SMALL,
            frameon=False,
            loc="lower center",
            bbox_to_anchor=(0.5, 1),
            ncols=2,
        )
    evaluation.print_settings(
        figure,
        run,
        "leave_one_class_out",
        "AUROC: how often an image of that class has a larger error than one of another class; "
        "0.5 is luck. Errors: medians, and bars from the 10th to the 90th percentile.",
    )
    return figure


def _areas(axes, rows: list[dict[str, str]]) -> None:
    """Two points a class, joined."""
    style.tidy(axes)
    places = np.arange(len(rows))
    areas = np.array([float(row["auroc"]) for row in rows])
    control = np.array([float(row["control_auroc"]) for row in rows])
    axes.hlines(places, control, areas, color="0.7", linewidth=2, zorder=1)
    axes.plot(control, places, "s", color=style.ORANGE, markersize=6, label="class was seen")
    axes.plot(areas, places, "o", color=style.BLUE, markersize=6, label="class was left out")
    axes.axvline(0.5, color="0.4", linestyle=":", linewidth=1)
    axes.set_xlim(0, 1.02)
    axes.set_xlabel("AUROC", fontsize=9)


def _errors(axes, arrays: dict[str, np.ndarray]) -> None:
    """Errors of the class left out and of the others, under the same autoencoder."""
    style.tidy(axes)
    shown = []
    for errors, number, place in zip(
        arrays["errors"], arrays["class_numbers"], range(len(arrays["classes"])), strict=True
    ):
        inside = arrays["labels"] == number
        for values, offset, color, marker, name in (
            (errors[inside], -0.14, style.BLUE, "o", "the class left out"),
            (errors[~inside], 0.14, style.GREEN, "D", "all others"),
        ):
            low, middle, high = np.percentile(values, (10, 50, 90))
            shown += [low, high]
            axes.plot([low, high], [place + offset] * 2, color=color, linewidth=1.5)
            axes.plot(
                middle, place + offset, marker, color=color, markersize=5,
                label=None if place else name,
            )  # fmt: skip
    scales.logarithmic(axes.xaxis, shown)
    axes.set_xlabel("mean squared error per pixel", fontsize=9)
