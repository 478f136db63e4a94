"""Convolutions by the fastest way for their shapes; the one place that chooses.

Every way gives the values of `keras.ops.conv` and `keras.ops.conv_transpose`
up to float32 rounding, and the same gradients. The choice is by shapes and by
device: on a GPU, and inside `plain`, it is always Keras's own.
"""

import contextlib
import contextvars

import tensorflow as tf
from keras import ops

from kerasae.ops import kernel_gradient, tiles, toeplitz

_plain = contextvars.ContextVar("plain_convolutions", default=False)


@contextlib.contextmanager
def plain():
    """Keras's own convolutions only: for graphs that will run elsewhere, or be converted."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


def conv(images, kernel, strides, padding: str):
    """As `keras.ops.conv`, channels last.

    Args:
        images: `(batch, height, width, channels)`.
        kernel: `(kernel height, kernel width, channels, filters)`.
        strides: Two integers.
        padding: `"valid"` or `"same"`.
    """
    kernel = tf.convert_to_tensor(kernel)
    if _may_choose():
        if toeplitz.applies(images.shape[1:3], kernel.shape, strides, padding):
            return toeplitz.conv(images, kernel)
        if kernel_gradient.applies(kernel.shape, strides):
            return kernel_gradient.conv(images, kernel, padding)
    return ops.conv(images, kernel, strides, padding, data_format="channels_last")


def conv_transpose(maps, kernel, strides, padding: str, output_padding=None):
    """As `keras.ops.conv_transpose`, channels last.

    Args:
        maps: `(batch, h, w, channels)`.
        kernel: `(kernel height, kernel width, filters, channels)`: for a
            convolution that runs backwards, its own kernel.
        strides: Two integers.
        padding: `"valid"` or `"same"`.
        output_padding: Two integers, or None for Keras's default.
    """
    kernel = tf.convert_to_tensor(kernel)
    if _may_choose():
        size = [
            None if side is None else side + reach - 1
            for side, reach in zip(maps.shape[1:3], kernel.shape[:2], strict=True)
        ]
        if toeplitz.applies(size, kernel.shape, strides, padding):
            return toeplitz.conv_transpose(maps, kernel)
        if tiles.applies(maps.shape[1:3], kernel.shape, strides, padding, output_padding):
            return tiles.conv_transpose(maps, kernel)
    return ops.conv_transpose(
        maps, kernel, strides, padding, output_padding, data_format="channels_last"
    )


def _may_choose() -> bool:
    return not (_plain.get() or tf.config.list_physical_devices("GPU"))
