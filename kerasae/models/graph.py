"""The pieces that every family's graph is made of."""

import keras
from keras import layers

from kerasae import geometry, names
from kerasae.layers import Conv2D, Conv2DTranspose, Dropout, TiedConv2D, TiedDense
from kerasae.models.image_model import ImageModel


def image_input(image_shape):
    """The graph's input, `(batch, height, width, channels)` float32 in [0, 1]."""
    return keras.Input(image_shape, name=names.IMAGE, dtype="float32")


def activate(tensor, activation: str, name: str):
    """Applies an activation as a layer of its own, so that both sides can be looked at."""
    if activation == "linear":
        return tensor
    return layers.Activation(activation, name=names.ACTIVATED.format(name))(tensor)


def normalize(tensor, kind: str, name: str):
    """Normalizes what a layer gives before it is activated.

    Args:
        tensor: `(batch, …, channels)`.
        kind: `none`, `batch` (Ioffe and Szegedy, 2015) or `layer` (Ba, Kiros and Hinton, 2016, over
            the channels of a place).
        name: Name of the layer before.
    """
    if kind == "none":
        return tensor
    layer = layers.BatchNormalization if kind == "batch" else layers.LayerNormalization
    return layer(name=names.NORMALIZED.format(name))(tensor)


def drop(tensor, rate: float, name: str):
    """Leaves numbers out in training, a share `rate` of what a layer of that name is given."""
    return Dropout(rate, name=names.DROPOUT.format(name))(tensor) if rate else tensor


def convolution(
    tied: bool, filters: int, kernel_size: int, *, transpose_bias_initializer="zeros", **kwargs
):
    """A convolution that can also run transposed where the family is tied, with another bias."""
    if not tied:
        return Conv2D(filters, kernel_size, **kwargs)
    return TiedConv2D(
        filters, kernel_size, transpose_bias_initializer=transpose_bias_initializer, **kwargs
    )


def dense(tied: bool, units: int, **kwargs):
    """A dense layer that can also run transposed where the family is tied."""
    return (TiedDense if tied else layers.Dense)(units, **kwargs)


def deconvolution(maps, filters, kernel_size, stride, padding, *, target, name, **kwargs):
    """A transposed convolution with a kernel of its own that ends at `target`."""
    if padding == "valid":
        kwargs["output_padding"] = tuple(
            geometry.transposed_output_padding(size, image, kernel_size, stride, padding)
            for size, image in zip(maps.shape[1:3], target, strict=True)
        )
    maps = Conv2DTranspose(
        filters, kernel_size, strides=stride, padding=padding, name=name, **kwargs
    )(maps)
    # `same` ends at a multiple of the stride; what the convolution rounded up is cut off.
    extra = tuple((0, size - image) for size, image in zip(maps.shape[1:3], target, strict=True))
    return layers.Cropping2D(extra, name=f"{name}_crop")(maps) if any(map(any, extra)) else maps


def with_bottleneck(model: keras.Model, bottleneck: layers.Layer) -> keras.Model:
    """The same graph, with fresh weights, and one layer more between code and decoder.

    Args:
        model: An autoencoder.
        bottleneck: Takes and gives codes, `(batch, code_size)`.
    """

    def call(layer, *args, **kwargs):
        outputs = layer(*args, **kwargs)
        return bottleneck(outputs) if layer.name == names.CODE else outputs

    return keras.models.clone_model(model, call_function=call)


def autoencoder(image, maps, output_activation: str) -> keras.Model:
    """Closes the graph; the reconstruction is float32 under mixed precision too."""
    reconstruction = layers.Activation(
        output_activation, dtype="float32", name=names.RECONSTRUCTION
    )(maps)
    return ImageModel(image, reconstruction, name="autoencoder")
