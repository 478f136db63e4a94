"""Kernel and bias of every convolution, and below which size a weight is drawn blank."""

import itertools

import numpy as np

from kerasae import names
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder

# The report "Cognition Computation" draws its first layer, kernels of 3x3, with this one.
PUBLISHED_THRESHOLD = 0.2
PUBLISHED_SIZE = (3, 3)
QUANTILE = 0.75


def compute(autoencoder: Autoencoder, split: Split, seed: int) -> dict[str, np.ndarray]:
    """Copies the weights out of the model.

    Args:
        autoencoder: The model to look at.
        split: Not used.
        seed: Not used; nothing is drawn.

    Returns:
        For each convolution, counted from 1 at the image: `kernel_<i>`, float32
        `(height, width, input channels, filters)`; `bias_<i>`, float32
        `(filters,)`; `threshold_<i>`, float64 `()`; `rule_<i>`, a string `()`
        that says where the threshold comes from.
    """
    arrays = {}
    for stage, layer in enumerate(convolutions(autoencoder.model), start=1):
        kernel = np.asarray(layer.kernel, np.float32)
        at, rule = threshold(kernel, stage)
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


def threshold(kernel: np.ndarray, stage: int) -> tuple[float, str]:
    """The absolute value below which a weight counts as blank, and the reason for it.

    First-layer kernels of 3x3 take 0.2, the published value, so that the
    pictures can be laid side by side. All others take the upper quartile of
    the layer's absolute weights, since the size of a weight depends on how many
    of them are summed: a quarter of the weights is drawn.

    Args:
        kernel: `(height, width, input channels, filters)`.
        stage: 1 for the first convolution.
    """
    if stage == 1 and kernel.shape[:2] == PUBLISHED_SIZE:
        return PUBLISHED_THRESHOLD, "the report's value for 3×3 kernels"
    return float(np.quantile(np.abs(kernel), QUANTILE)), "three quarters of the layer's weights"
