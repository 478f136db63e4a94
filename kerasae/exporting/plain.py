"""A copy of an autoencoder's graph in layers that Keras itself knows."""

import keras

from kerasae import names
from kerasae.layers import Conv2D, Conv2DTranspose, Dropout, TiedConv2D, TiedDense
from kerasae.layers.tying import Tied

# kerasae's layers and those of Keras that give the same values.
PLAIN = {
    Conv2D: keras.layers.Conv2D,
    Conv2DTranspose: keras.layers.Conv2DTranspose,
    Dropout: keras.layers.Dropout,
    TiedConv2D: keras.layers.Conv2D,
    TiedDense: keras.layers.Dense,
}


def plain_model(source: keras.Model) -> keras.Model:
    """Copies a graph with its weights; a tied layer becomes two plain ones.

    Args:
        source: A functional model of Keras's layers and kerasae's tied ones.

    Returns:
        A model of the same function, not compiled, which loads without kerasae.
    """
    originals: dict[str, keras.layers.Layer] = {}

    def clone(layer):
        originals[layer.name] = layer
        return _forward(layer)

    def call(layer, *args, **kwargs):
        original = originals[layer.name]
        if isinstance(original, Tied) and kwargs.pop("transpose", False):
            return _transposed(original, *args, **kwargs)
        output = layer(*args, **kwargs)
        if layer.weights:
            layer.set_weights(_forward_weights(original))
        return output

    # Made of the tensors anew, it leaves out how the source was compiled.
    uncompiled = keras.Model(source.input, source.output, name=source.name)
    return keras.models.clone_model(uncompiled, clone_function=clone, call_function=call)


def _forward(layer: keras.layers.Layer) -> keras.layers.Layer:
    """The plain layer of the forward call."""
    config = layer.get_config()
    if isinstance(layer, Tied):
        config = {name: config[name] for name in config if not name.startswith("transpose_")}
    return PLAIN.get(type(layer), type(layer)).from_config(config)


def _forward_weights(layer: keras.layers.Layer) -> list:
    if not isinstance(layer, Tied):
        return layer.get_weights()
    return [weight.numpy() for weight in (layer.kernel, layer.bias) if weight is not None]


def _transposed(layer: Tied, inputs, output_size=None):
    """Applies a plain layer with the kernel of the transposed call."""
    common = {
        "use_bias": layer.transpose_use_bias,
        "activation": layer.transpose_activation,
        "dtype": layer.dtype_policy,
        "name": names.TRANSPOSED.format(layer.name),
    }
    kernel = layer.kernel.numpy()
    if isinstance(layer, TiedDense):
        plain = keras.layers.Dense(layer.forward_shape[-1], **common)
        kernel = kernel.T
    else:
        plain = keras.layers.Conv2DTranspose(
            layer.forward_shape[-1],
            layer.kernel_size,
            strides=layer.strides,
            padding=layer.padding,
            output_padding=layer.output_padding_for(inputs.shape[1:3], output_size),
            **common,
        )
    output = plain(inputs)
    bias = [layer.transpose_bias.numpy()] if layer.transpose_use_bias else []
    plain.set_weights([kernel, *bias])
    return output
