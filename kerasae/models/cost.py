"""What a model costs: parameters, and multiply-adds an image."""

import math

import keras

from kerasae.layers.tying import Tied


def parameters(part: keras.Layer) -> int:
    """Numbers that a model or a layer holds, without what only counts its calls."""
    return sum(math.prod(weight.shape) for weight in part.weights if "int" not in str(weight.dtype))


def multiply_adds(model: keras.Model) -> int:
    """Multiply-adds of all convolutions and dense layers, for one image.

    Biases, activations, pooling and resizing are left out. A tied layer
    counts once for each of its calls.

    Args:
        model: A functional model with known sizes.
    """
    nodes = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    return sum(_of_call(node) for node in nodes)


def _of_call(node) -> int:
    """Multiply-adds of one call of one layer."""
    layer = node.operation
    if not hasattr(layer, "kernel"):
        return 0
    size = 1
    for length in layer.kernel.shape:
        size *= length
    if isinstance(layer, keras.layers.Dense):
        return size
    # Every weight meets every place of the map on the side where the stride is 1.
    transposed = isinstance(layer, keras.layers.Conv2DTranspose) or (
        isinstance(layer, Tied) and node.arguments.kwargs.get("transpose", False)
    )
    maps = node.input_tensors[0] if transposed else node.outputs[0]
    height, width = maps.shape[1:3]
    return size * height * width
