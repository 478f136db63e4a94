"""Errors of the run's own images, of another dataset's and of noise, and how they overlap."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import evaluation, scales, style
from kerasae.run_dir import RunDir
from kerasae.wording import command

NEEDS = evaluation.needs("anomaly", "scores.csv", "arrays.npz")
BINS = 80
MIN_ERROR = 1e-8  # An error of 0 has no place on a logarithmic axis.
LOOKS = {
    "own": (style.BLUE, "-", "//"),
    "other": (style.RED, "--", "\\\\"),
    "noise": (style.BLACK, ":", ""),
}
TITLES = {
    "autoencoder": "Error of the autoencoder",
    "pca": "Error of as many principal components (PCA)",
    "mean image": "Distance from the mean image",
}


def unavailable(run: RunDir) -> str | None:
    """Why there is nothing to be seen; None where there is: noise alone is far from any image."""
    if evaluation.settings(run, "anomaly").get("other dataset"):
        return None
    again = command("evaluate", f"--run_dir={run.path}", "--measures=anomaly")
    return f"only noise was measured; {again} --other_dataset=NAME measures other images"


def draw(run: RunDir) -> Figure:
    """Draws a panel for each score, a histogram for each kind of image."""
    arrays = evaluation.arrays(run, "anomaly")
    rows = evaluation.table(run, "anomaly", "scores")
    settings = evaluation.settings(run, "anomaly")
    names = {
        "own": f"{style.name(settings['dataset'])}, test",
        "other": f"{style.name(settings.get('other dataset'))}, test",
        "noise": "uniform noise",
    }
    scores = list(dict.fromkeys(row["score"] for row in rows))
    figure = style.figure(7.2, 2.3 * len(scores) + 0.6)
    for axes, score in zip(
        figure.subplots(len(scores), squeeze=False, sharex=True)[:, 0], scores, strict=True
    ):
        part = score.replace(" ", "_")
        found = {kind: arrays[f"{kind}_{part}"] for kind in LOOKS if f"{kind}_{part}" in arrays}
        measured = {row["anomaly"]: row for row in rows if row["score"] == score}
        _panel(axes, found, measured, names)
        axes.set_title(TITLES.get(score, score), fontsize=10, loc="left")
    axes.set_xlabel("mean squared error or distance per pixel, images in [0, 1]", fontsize=9)
    evaluation.print_settings(
        figure,
        run,
        "anomaly",
        "Each kind of image by its own tallest bar. AUROC: how often an anomaly's score is above "
        "an own image's. AP: average precision.",
    )
    return figure


def _panel(axes, found: dict[str, np.ndarray], measured: dict[str, dict], names: dict) -> None:
    """One score: shares of images by its logarithm."""
    style.tidy(axes)
    values = {kind: np.maximum(errors, MIN_ERROR) for kind, errors in found.items()}
    lowest = min(errors.min() for errors in values.values())
    highest = max(errors.max() for errors in values.values())
    bins = np.geomspace(lowest * 0.95, highest * 1.05, BINS + 1)
    for kind, errors in values.items():
        color, line, hatch = LOOKS[kind]
        label = names[kind]
        if kind in measured:
            area, precision = (float(measured[kind][k]) for k in ("auroc", "average_precision"))
            label += f": AUROC {tables.number(area)}, AP {tables.number(precision)}"
        # Kinds differ by a factor of ten in width: by shares, the narrow would flatten the wide.
        counts, _ = np.histogram(errors, bins)
        axes.hist(
            errors, bins, weights=np.full(len(errors), 1 / counts.max()), histtype="stepfilled",
            facecolor=(color, 0.15), edgecolor=color, linestyle=line, linewidth=1.2,
            hatch=hatch, hatch_linewidth=0.3, label=label,
        )  # fmt: skip
    scales.logarithmic(axes.xaxis, [lowest, highest])
    axes.set_ylim(0, 1.7)  # room for the legend
    axes.set_yticks([0, 0.5, 1])
    axes.set_ylabel("images, of most in a bar", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.legend(
        fontsize=style.SMALL, frameon=True, framealpha=0.8, edgecolor="none", loc="upper left"
    )
