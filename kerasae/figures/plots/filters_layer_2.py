"""Kernels of the second convolution, by input and output channel."""

import numpy as np
from matplotlib.figure import Figure

from kerasae import tables
from kerasae.config import RunError
from kerasae.figures import probed, style
from kerasae.figures.mosaic import mosaic
from kerasae.run_dir import RunDir

NEEDS = ("probes/kernels.npz",)
WIDTH = 7.5  # inches
MAX_CHANNELS = 64  # a way, so that a kernel stays large enough to be seen


def draw(run: RunDir) -> Figure:
    """Draws what the probe `kernels` copied, weights from the threshold on framed.

    Raises:
        RunError: for a model with one convolution.
    """
    arrays = probed.read(run, "kernels")
    if "kernel_2" not in arrays:
        raise RunError(
            "The figure filters_layer_2 needs a second convolution; the model in "
            f"{run.path} has one convolution."
        )
    kernel, threshold = arrays["kernel_2"], float(arrays["threshold_2"])
    height, width, inputs, outputs = kernel.shape
    shown = kernel[:, :, :MAX_CHANNELS, :MAX_CHANNELS]
    columns = shown.shape[2]
    tiles = shown.transpose(3, 2, 0, 1).reshape(-1, height, width)
    gap = max(1, round(height / 8)), max(1, round(width / 8))
    whole, corners = mosaic(tiles, columns, gap)

    figure = style.figure(WIDTH, 0.94 * WIDTH * whole.shape[0] / whole.shape[1] + 1.3)
    axes = figure.add_subplot()
    style.show_weights(figure, axes, whole, threshold)
    style.frame_tiles(axes, corners, height, width)
    _number(axes.xaxis, corners[:columns, 1] + (width - 1) / 2)
    _number(axes.yaxis, corners[::columns, 0] + (height - 1) / 2)
    axes.set_xlabel("input channel (filter of layer 1)", fontsize=8)
    axes.set_ylabel("output channel", fontsize=8)
    cut = "" if shown.shape == kernel.shape else f"; first {MAX_CHANNELS} channels each way"
    axes.set_title(
        f"Layer 2: {inputs} kernels of {height}×{width} for each of {outputs} channels{cut}\n"
        f"framed: |weight| ≥ {tables.brief(threshold)} ({arrays['rule_2']})",
        fontsize=9,
        loc="left",
    )
    return figure


def _number(axis, places: np.ndarray) -> None:
    """Numbers the tiles from 00, leaving some out where they would touch."""
    step = 1 if len(places) <= 24 else 2 if len(places) <= 40 else 4
    axis.set_ticks(
        places[::step], [f"{number:02}" for number in range(0, len(places), step)],
        fontsize=style.SMALL,
    )  # fmt: skip
    axis.set_tick_params(length=0)
