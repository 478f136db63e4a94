"""Activations of every layer for two images, each map as a small image."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import probed, style
from kerasae.figures.mosaic import mosaic
from kerasae.run_dir import RunDir

NEEDS = ("probes/activations.npz",)
COLUMNS = 8  # maps in a row
STRIP = 0.18  # height of a strip of numbers, as a share of its width
IMAGE = 0.3  # the same of an input or output, which is not as wide as the panel
PANEL = 3.1  # inches


def draw(run: RunDir) -> Figure:
    """Draws a row for each stage and a column for each image."""
    arrays = probed.read(run, "activations")
    samples, titles = arrays["samples"], arrays["titles"]
    stages = [arrays[f"stage_{number}"] for number in range(len(titles))]
    heights = [
        _height(stage, number in (0, len(stages) - 1)) for number, stage in enumerate(stages)
    ]
    figure = style.figure(
        PANEL * len(samples) + 1.7, PANEL * sum(heights) + 0.14 * len(stages) + 0.6
    )
    grid = figure.subplots(len(stages), len(samples), squeeze=False, height_ratios=heights)
    last = len(stages) - 1
    for number, (row, stage) in enumerate(zip(grid, stages, strict=True)):
        limit = style.limit_of(stage)
        for axes, value in zip(row, stage, strict=True):
            if number in (0, last):
                style.show_image(axes, value)
            elif value.ndim == 1:
                style.show_signed(axes, value[np.newaxis], limit)
                axes.set_aspect("auto")
            else:
                _show_maps(axes, value, limit)
        label = _label(titles[number], stage, int(arrays["channels"][number]))
        if number not in (0, last):
            label += f"\nscale ±{tables.brief(limit)}"
        row[0].set_ylabel(label, fontsize=8, rotation=0, ha="right", va="center")
    for axes, sample in zip(grid[0], samples, strict=True):
        axes.set_title(style.name(sample), fontsize=10)
    style.note(
        figure,
        "Colours: red above 0, white 0, blue below; each layer has its own scale, the same for "
        "both images.",
    )
    return figure


def _height(stage: np.ndarray, is_image: bool) -> float:
    """A row's height, in widths of a panel."""
    if is_image:
        return IMAGE
    if stage.ndim == 2:
        return STRIP
    columns = min(COLUMNS, stage.shape[-1])
    rows = -(-stage.shape[-1] // columns)
    # Few maps are not blown up to the panel's width.
    return max(IMAGE, rows / COLUMNS * stage.shape[1] / stage.shape[2])


def _show_maps(axes, maps: np.ndarray, limit: float) -> None:
    """Draws `(height, width, maps)` as a mosaic."""
    height, width = maps.shape[:2]
    gap = (max(1, height // 10), max(1, width // 10))
    whole, corners = mosaic(np.moveaxis(maps, -1, 0), COLUMNS, gap)
    style.show_signed(axes, whole, limit)
    style.frame_tiles(axes, corners, height, width)


def _label(title: str, stage: np.ndarray, channels: int) -> str:
    """A stage's title, with its size and how much of it is shown."""
    if stage.ndim == 2:
        return f"{title}\n{channels} numbers"
    height, width, shown = stage.shape[1:]
    size = f"{height}×{width}"
    if title in ("input", "output"):
        return f"{title}\n{size}"
    cut = f"\nfirst {shown} shown" if shown < channels else ""
    return f"{title}\n{channels} maps of {size}{cut}"
