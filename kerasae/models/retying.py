"""The weights of a tied model, of its copy in plain layers as `kerasae.export` writes it."""

import keras
import numpy as np

from kerasae import names
from kerasae.layers import TiedDense
from kerasae.layers.tying import Tied


def weights(plain: keras.Model, wanted: keras.Model) -> list[np.ndarray] | None:
    """What `wanted.set_weights` takes, of a copy in plain layers; None of another model.

    The two layers that stand for a tied one must still hold the same kernel: a copy that was
    trained since has two.

    Args:
        plain: The copy.
        wanted: A model with tied layers.
    """
    layers = {layer.name: layer for layer in plain.layers}
    found: dict[int, np.ndarray] = {}
    for layer in wanted.layers:
        own = layers.get(layer.name)
        values = own.get_weights() if own else []
        variables = layer.weights
        if isinstance(layer, Tied):
            back = layers.get(names.TRANSPOSED.format(layer.name))
            kernel, *transpose_bias = back.get_weights() if back else [None]
            kernel = kernel.T if isinstance(layer, TiedDense) and back else kernel
            if not values or not np.array_equal(values[0], kernel):
                return None
            variables = [layer.kernel, layer.bias, layer.transpose_bias]
            variables = [one for one in variables if one is not None]
            values = [*values, *transpose_bias]
        if len(variables) != len(values):
            return None
        found |= {id(one): value for one, value in zip(variables, values, strict=True)}
    return [found[id(variable)] for variable in wanted.weights]
