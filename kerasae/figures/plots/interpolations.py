"""From one test image to another, along the straight line between their codes."""

import numpy as np
from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/interpolations.npz",)
TILE = 0.5  # inches


def unavailable(run: RunDir) -> str | None:
    """A dataset of one image leads nowhere."""
    if len(probed.read(run, "interpolations")["images"]):
        return None
    return "there is one image only"


def draw(run: RunDir) -> Figure:
    """Draws a row for each pair of classes: the image, the decoded way, the other image."""
    arrays = probed.read(run, "interpolations")
    ends, images, names = (arrays[name] for name in ("ends", "images", "names"))
    rows = np.concatenate([ends[:, :1], images, ends[:, 1:]], axis=1)
    count, columns, height, width, _ = rows.shape
    figure = style.figure(TILE * (columns + 2), TILE * count + 0.4)
    axes = figure.add_subplot()
    gap = max(1, height // 14), max(1, width // 14)
    corners = style.show_tiles(axes, rows.reshape(-1, *rows.shape[2:]), columns, gap)
    middles = corners[:columns, 1] + (width - 1) / 2
    axes.set_xticks(
        middles[[0, 1, columns // 2, columns - 2, columns - 1]],
        ["image", "decoded", "half-way", "decoded", "image"],
        fontsize=style.SMALL,
    )
    labels = [f"{style.name(one, 12)} to {style.name(other, 12)}" for one, other in names]
    axes.set_yticks(corners[::columns, 0] + (height - 1) / 2, labels, fontsize=style.SMALL)
    axes.tick_params(length=0)
    return figure
