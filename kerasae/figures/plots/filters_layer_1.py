"""Every kernel of the first convolution, numbered from 00."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.figures import probed, style
from kerasae.figures.mosaic import mosaic
from kerasae.run_dir import RunDir

NEEDS = ("probes/kernels.npz",)
WIDTH = 7.0  # inches
RGB = 3  # channels


def draw(run: RunDir) -> Figure:
    """Draws what the probe `kernels` copied, weights from the threshold on framed."""
    arrays = probed.read(run, "kernels")
    kernel, threshold = arrays["kernel_1"], float(arrays["threshold_1"])
    height, width, channels, filters = kernel.shape
    # A kernel of RGB images takes four tiles: in colour, then its channels.
    parts = 4 if channels == RGB else 1
    tiles = np.moveaxis(kernel, (3, 2), (0, 1))  # (filters, channels, height, width)
    if parts > 1:
        tiles = np.concatenate([np.full_like(tiles[:, :1], np.nan), tiles], axis=1)
    tiles = tiles.reshape(-1, height, width)
    columns = min(filters * parts, 8 if filters * parts <= 64 and parts == 1 else 16)
    # The number stands above its tile, and takes more of its height where tiles are small.
    gap = max(1, round(width / (4 if columns <= 8 else 1.7))), max(1, round(width / 6))
    whole, corners = mosaic(tiles, columns, gap)

    figure = style.figure(WIDTH, 0.98 * WIDTH * whole.shape[0] / whole.shape[1] + 1.1)
    axes = figure.add_subplot()
    style.show_weights(figure, axes, whole, threshold)
    if parts > 1:
        _show_colours(axes, kernel, parts, columns, gap)
    style.frame_tiles(axes, corners, height, width)
    digits = max(2, len(str(filters - 1)))
    for number, (row, column) in enumerate(corners[::parts]):
        axes.text(column - 0.5, row - 0.7, f"{number:0{digits}}", fontsize=8, va="bottom")
    in_colour = ", in colour (grey is 0), then red, green and blue" if parts > 1 else ""
    axes.set_title(
        f"Layer 1: {filters} kernels of {height}×{width}{in_colour}\n"
        f"framed: |weight| ≥ {tables.brief(threshold)} ({arrays['rule_1']})",
        fontsize=9,
        loc="left",
    )
    return figure


def _show_colours(axes, kernel: np.ndarray, parts: int, columns: int, gap: tuple[int, int]) -> None:
    """Draws each kernel's three channels as one picture in colour, in the first of its tiles."""
    colours = style.as_colours(np.moveaxis(kernel, -1, 0), style.weight_limit(kernel))
    tiles = np.zeros((len(colours), parts, *colours.shape[1:3], 4))  # Transparent.
    tiles[:, 0] = np.concatenate([colours, np.ones_like(colours[..., :1])], axis=-1)
    whole, _ = mosaic(tiles.reshape(-1, *tiles.shape[2:]), columns, gap)
    axes.imshow(np.nan_to_num(whole), interpolation="nearest")
