"""Toeplitz products for maps of few filters: a row of the image from the rows of the maps.

A row of the image comes from as many rows of the maps as the kernel has, and
each of these from all its columns: maps are smaller than the kernel where
this is used most, and leave nothing to cut.
"""

import tensorflow as tf

from kerasae.ops.windows import cuts


def conv(images, kernel):
    """As `toeplitz.conv`; each line undoes one of `conv_transpose`, from its last to its first."""
    _, height, width, channels = images.shape
    kh, kw, _, filters = kernel.shape
    h, w = height - kh + 1, width - kw + 1
    matrix = _matrix(kernel, w)
    parts = tf.matmul(tf.reshape(images, (-1, width * channels)), matrix, transpose_b=True)
    parts = tf.reshape(parts, (-1, height * kh, w * filters))
    maps = tf.matmul(_pairs(h, kh, images.dtype), parts, transpose_a=True)
    return tf.reshape(maps, (-1, h, w, filters))


def conv_transpose(maps, kernel):
    """As `toeplitz.conv_transpose`."""
    _, h, w, filters = maps.shape
    kh, kw, channels, _ = kernel.shape
    height, width = h + kh - 1, w + kw - 1
    parts = tf.matmul(_pairs(h, kh, maps.dtype), tf.reshape(maps, (-1, h, w * filters)))
    images = tf.matmul(tf.reshape(parts, (-1, kh * w * filters)), _matrix(kernel, w))
    return tf.reshape(images, (-1, height, width, channels))


def _pairs(h: int, kh: int, dtype):
    """`(height * kh, h)`: 1 where an image's row, less the kernel's row, is the maps' row."""
    return tf.constant(cuts(h, 1, kh).transpose(0, 2, 1).reshape(-1, h), dtype)


def _matrix(kernel, w: int):
    """The kernel at all its horizontal places.

    Returns:
        `(kh * w * filters, width * channels)`; entry `[(row, x, filter), (X,
        channel)]` is `kernel[row, X - x, channel, filter]`, and 0 outside the
        kernel.
    """
    kh, kw, channels, filters = kernel.shape
    places = tf.constant(cuts(w, 1, kw).reshape(-1, kw), kernel.dtype)
    placed = tf.matmul(places, tf.reshape(kernel, (kh, kw, channels * filters)))
    placed = tf.reshape(placed, (kh, -1, w, channels, filters))
    placed = tf.transpose(placed, (0, 2, 4, 1, 3))  # (kh, w, filters, width, channels)
    return tf.reshape(placed, (kh * w * filters, -1))
