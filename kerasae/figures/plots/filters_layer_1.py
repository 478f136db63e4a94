"""Every kernel of the first convolution, numbered from 00."""

from matplotlib.figure import Figure

from kerasae.figures import probed, style
from kerasae.run_dir import RunDir

NEEDS = ("probes/kernels.npz",)
WIDTH = 7.0  # inches


def draw(run: RunDir) -> Figure:
    """Draws what the probe `kernels` copied, weights below the threshold blank."""
    arrays = probed.read(run, "kernels")
    kernel, threshold = arrays["kernel_1"], float(arrays["threshold_1"])
    height, width, channels, filters = kernel.shape
    # Channels of a kernel lie side by side in its tile.
    tiles = kernel.transpose(3, 0, 2, 1).reshape(filters, height, channels * width)
    columns = min(filters, 8 if filters <= 64 else 16)
    # The number stands above its tile.
    gap = max(1, round(tiles.shape[2] / 4)), max(1, round(tiles.shape[2] / 6))
    whole, corners = style.mosaic(tiles, columns, gap)

    figure = style.figure(WIDTH, 0.98 * WIDTH * whole.shape[0] / whole.shape[1] + 1.1)
    axes = figure.add_subplot()
    style.show_weights(figure, axes, whole, threshold)
    style.frame_tiles(axes, corners, *tiles.shape[1:])
    digits = max(2, len(str(filters - 1)))
    for number, (row, column) in enumerate(corners):
        axes.text(column - 0.5, row - 0.7, f"{number:0{digits}}", fontsize=8, va="bottom")
    side_by_side = f", {channels} input channels side by side" if channels > 1 else ""
    axes.set_title(
        f"Layer 1: {filters} kernels of {height}×{width}{side_by_side}\n"
        f"blank: |weight| < {threshold:.2g} ({arrays['rule_1']})",
        fontsize=9,
        loc="left",
    )
    return figure
