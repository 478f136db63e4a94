"""A copy of an autoencoder whose transposed convolutions TFLite doesn't fuse with a ReLU.

Fused they are TRANSPOSE_CONV of version 4, which older runtimes refuse, and which OpenVINO (2026.4)
computes without the ReLU and without a word. No other activation that a family offers is fused.
"""

import keras

from kerasae.exporting import plain
from kerasae.models.autoencoder import Autoencoder


def relus_apart(source: Autoencoder) -> Autoencoder:
    """Copies an autoencoder, with a leaky ReLU of slope 0 after transposed convolutions.

    It gives the same numbers as a ReLU and stays an operation of its own. The
    source is left as it is.
    """
    model = plain.plain_model(source.model)
    fused = _fused(model)

    def clone(layer):
        if layer.name in fused:
            return keras.layers.LeakyReLU(0.0, name=layer.name, dtype=layer.dtype_policy)
        return type(layer).from_config(layer.get_config())

    copy = keras.models.clone_model(model, clone_function=clone)
    copy.set_weights(model.get_weights())
    return Autoencoder.from_model(copy)


def _fused(model: keras.Model) -> set[str]:
    """Names of the ReLUs between a transposed convolution and the next layer with a kernel."""
    found, kernel_layer = set(), None
    for layer in model.layers:  # A chain: in the order of their calls.
        if hasattr(layer, "kernel"):
            kernel_layer = layer
        elif getattr(layer, "activation", None) is keras.activations.relu and isinstance(
            kernel_layer, keras.layers.Conv2DTranspose
        ):
            found.add(layer.name)
    return found
