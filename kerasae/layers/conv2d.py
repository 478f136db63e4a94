"""Keras's convolutions, by the fastest way for their shapes."""

import keras

from kerasae.ops import convolutions


@keras.saving.register_keras_serializable(package="kerasae")
class Conv2D(keras.layers.Conv2D):
    """`keras.layers.Conv2D` without groups and dilation, channels last: same values, less time.

    Raises:
        ValueError: for `groups`, `dilation_rate` or `data_format` other than
            Keras's defaults.

    Example:
        >>> tuple(Conv2D(20, 17)(keras.ops.ones((1, 36, 36, 1))).shape)
        (1, 20, 20, 20)
    """

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        _require_plain_kind(self)

    def convolution_op(self, inputs, kernel):
        return convolutions.conv(inputs, kernel, self.strides, self.padding)


@keras.saving.register_keras_serializable(package="kerasae")
class Conv2DTranspose(keras.layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose` without dilation, channels last: same values, less time.

    Raises:
        ValueError: for `dilation_rate` or `data_format` other than Keras's
            defaults.

    Example:
        >>> tuple(Conv2DTranspose(32, 2, strides=2)(keras.ops.ones((1, 7, 7, 16))).shape)
        (1, 14, 14, 32)
    """

    def __init__(self, filters, kernel_size, **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        _require_plain_kind(self)

    def call(self, inputs):
        outputs = convolutions.conv_transpose(
            inputs, self.kernel, self.strides, self.padding, self.output_padding
        )
        if self.use_bias:
            outputs = keras.ops.add(outputs, self.bias)
        return self.activation(outputs)


def _require_plain_kind(layer) -> None:
    """Raises ValueError for the kinds of convolution that have no way here."""
    name = type(layer).__name__
    if layer.padding not in ("valid", "same"):
        raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={layer.padding}")
    if getattr(layer, "groups", 1) != 1 or tuple(layer.dilation_rate) != (1, 1):
        raise ValueError(
            f"`groups` and `dilation_rate` are not supported by {name}. "
            f"Received: groups={getattr(layer, 'groups', 1)}, dilation_rate={layer.dilation_rate}"
        )
    if layer.data_format != "channels_last":
        raise ValueError(
            f"`data_format` must be 'channels_last'. Received: data_format={layer.data_format}"
        )
