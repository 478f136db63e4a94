"""Effect of first-layer filters on a sample image, step by step."""

import numpy as np
from keras import ops

from kerasae import names
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import kernels, samples
from kerasae.published.experiment import PLAIN, Display

MOST_DIFFERENT = 3


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Follows one image through the first layer: convolution, activation, pooling.

    In this order, whichever the graph takes: a graph may pool first where the
    result is the same.

    `display` names filters to show, as far as the model has them, and the class of the image, else
    the first class's is taken; and the threshold of blank kernels.

    Returns:
        `filters`, int64 `(n,)`, counted from 0: those to show, then the three
        that differ most; `most_different`, bool `(n,)`; `kernels`,
        float32 `(n, height, width, input channels)`;
        `image`, float32 `(height, width, channels)` in [0, 1], and `sample`,
        its class; `convolved` (with the bias), `activated` and, where the model
        pools, `pooled`: float32 `(n, height, width)`; `activation`, its name.
    """
    layer = kernels.convolutions(autoencoder.model)[0]
    kernel = np.moveaxis(np.asarray(layer.kernel, np.float32), -1, 0)
    different = most_different(kernel, display)
    named = [number for number in display.filters if number < len(kernel)]
    chosen = named + [number for number in different if number not in named]
    taken = samples.compute(autoencoder, split, seed)
    sample = samples.find_class(taken, display.sample) or 0
    image = taken["images"][sample]
    steps = first_layer(autoencoder.model, image[np.newaxis])
    return {
        "filters": np.array(chosen),
        "most_different": np.isin(chosen, different),
        "kernels": kernel[chosen],
        "image": image,
        "sample": taken["names"][sample],
        "activation": np.array(_activation(autoencoder.model).__name__),
        **{name: np.moveaxis(maps[0], -1, 0)[chosen] for name, maps in steps.items()},
    }


def first_layer(model, images: np.ndarray) -> dict[str, np.ndarray]:
    """The first layer's steps, computed from its weights.

    Args:
        model: A whole autoencoder.
        images: float32 `(batch, height, width, channels)` in [0, 1].

    Returns:
        `convolved`, `activated` and, where the model pools, `pooled`: float32
        `(batch, height, width, filters)`.
    """
    layer = kernels.convolutions(model)[0]
    convolved = ops.add(
        ops.conv(images, layer.kernel, strides=layer.strides, padding=layer.padding), layer.bias
    )
    steps = {"convolved": convolved, "activated": _activation(model)(convolved)}
    pool = _find(model, names.POOL.format(1))
    if pool is not None:
        steps["pooled"] = ops.max_pool(
            steps["activated"], pool.pool_size, strides=pool.strides, padding=pool.padding
        )
    return {name: ops.convert_to_numpy(maps) for name, maps in steps.items()}


def most_different(kernel: np.ndarray, display: Display = PLAIN) -> list[int]:
    """The filters that differ most, by the greedy farthest-point rule.

    Kernels are scaled to norm 1, so that their shape counts and not their
    size. The first two are the pair farthest apart; each further one is
    farthest from the nearest one chosen so far. Blank kernels have no shape to
    speak of and stay out, unless all are blank.

    Args:
        kernel: `(filters, height, width, input channels)`.
        display: Threshold of blank kernels.

    Returns:
        At most 3 numbers of filters.
    """
    at, _ = kernels.threshold(np.moveaxis(kernel, 0, -1), 1, display)
    flat = kernel.reshape(len(kernel), -1).astype(np.float64)
    candidates = np.flatnonzero(np.abs(flat).max(axis=1) >= at)
    if not len(candidates):
        candidates = np.arange(len(kernel))
    shapes = flat[candidates]
    shapes = shapes / np.maximum(np.linalg.norm(shapes, axis=1, keepdims=True), 1e-12)
    distances = np.linalg.norm(shapes[:, np.newaxis] - shapes, axis=-1)
    chosen = list(dict.fromkeys(np.unravel_index(distances.argmax(), distances.shape)))
    while len(chosen) < min(MOST_DIFFERENT, len(candidates)):
        nearest = distances[chosen].min(axis=0)
        nearest[chosen] = -1
        chosen.append(nearest.argmax())
    return [int(candidates[index]) for index in chosen]


def _activation(model):
    """The first layer's activation function, whether it is a layer of its own or not."""
    layer = _find(model, names.ACTIVATED.format(names.CONV.format(1)))
    return (layer or kernels.convolutions(model)[0]).activation


def _find(model, name: str):
    """The layer of this name, None where there is none."""
    return next((layer for layer in model.layers if layer.name == name), None)
