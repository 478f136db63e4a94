"""Originals above their reconstructions: typical ones, then the worst."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/reconstructions.npz",)
SHOWN = ("images", "reconstructions", "mse_per_pixel")
TITLES = {
    "typical": "Typical: test images whose error is nearest the median",
    "worst": "Worst: test images with the largest error",
}


def draw(run: RunDir) -> Figure:
    """Draws what the probe `reconstructions` picked."""
    arrays = probed.read(run, "reconstructions")
    columns = len(arrays["typical_images"])
    figure = style.figure(0.85 * columns + 1.0, 5.0)
    for part, (kind, title) in zip(figure.subfigures(2, 1), TITLES.items(), strict=True):
        part.suptitle(title, fontsize=10, x=0.01, ha="left")
        _show_pairs(part.add_subplot(), *(arrays[f"{kind}_{name}"] for name in SHOWN))
    return figure


def _show_pairs(axes, images, reconstructions, errors) -> None:
    """Images `(n, height, width, channels)` above their reconstructions, errors below them."""
    count, height, width, _ = images.shape
    gap = max(1, height // 7), max(1, width // 7)
    corners = style.show_tiles(axes, np.concatenate([images, reconstructions]), count, gap)
    rows, columns = corners[[0, -1], 0] + (height - 1) / 2, corners[:count, 1] + (width - 1) / 2
    axes.set_xticks(columns, [tables.number(float(error)) for error in errors], fontsize=8)
    names = ["original", "reconstruction\n(MSE per pixel)"]
    axes.set_yticks(rows, names, fontsize=8, rotation=90, va="center", multialignment="center")
    axes.tick_params(length=0)
