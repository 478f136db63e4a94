"""Kernel and bias of every convolution, and the size below which a weight is drawn blank."""

import itertools

import numpy as np

from kerasae import names
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

QUANTILE = 0.75


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Copies the weights out of the model.

    Returns:
        For each convolution, counted from 1 at the image: `kernel_<i>`, float32
        `(height, width, input channels, filters)`; `bias_<i>`, float32
        `(filters,)`; `threshold_<i>`, float64 `()`; `rule_<i>`, a string `()`
        that says where the threshold comes from.
    """
    arrays = {}
    for stage, layer in enumerate(convolutions(autoencoder.model), start=1):
        kernel = np.asarray(layer.kernel, np.float32)
        at, rule = threshold(kernel, stage, display)
        arrays[f"kernel_{stage}"] = kernel
        arrays[f"bias_{stage}"] = np.asarray(layer.bias, np.float32)
        arrays[f"threshold_{stage}"] = np.array(at)
        arrays[f"rule_{stage}"] = np.array(rule)
    return arrays


def convolutions(model) -> list:
    """The encoder's convolution layers, `Conv2D` or `TiedConv2D`, from the image on."""
    known = {layer.name for layer in model.layers}
    stages = map(names.CONV.format, itertools.count(1))
    return [model.get_layer(name) for name in itertools.takewhile(known.__contains__, stages)]


def threshold(kernel: np.ndarray, stage: int, display: Display = PLAIN) -> tuple[float, str]:
    """The absolute value below which a weight counts as blank, and the reason for it.

    The first layer of a published experiment takes the published value, so that
    the pictures can be laid side by side. All others take the upper quartile of
    the layer's absolute weights, since the size of a weight depends on how many
    of them are summed: a quarter of the weights is drawn.

    Args:
        kernel: `(height, width, input channels, filters)`.
        stage: 1 for the first convolution.
        display: Published threshold of the first layer.
    """
    if stage == 1 and display.kernel_threshold is not None:
        return display.kernel_threshold, "the published value"
    return float(np.quantile(np.abs(kernel), QUANTILE)), "three quarters of the layer's weights"
