"""A transposed convolution whose kernel is as large as its stride, as a matrix product.

The kernel's copies then touch without overlapping: every number of the maps
becomes a tile of the image, and the tiles are laid side by side.
"""

import tensorflow as tf


def applies(maps_size, kernel_shape, strides, padding: str, output_padding) -> bool:
    """Whether this takes the shapes; it is the faster way wherever it does.

    Args:
        maps_size: `(h, w)`.
        kernel_shape: `(kernel height, kernel width, filters, channels)`.
        strides: Two integers.
        padding: `"valid"` or `"same"`.
        output_padding: As Keras takes it. With `same`, any but None also cuts
            the image at its rim.
    """
    whole = output_padding is None or (padding == "valid" and not any(output_padding))
    return tuple(strides) == tuple(kernel_shape[:2]) and whole and None not in maps_size


def conv_transpose(maps, kernel):
    """Transposed convolution without overlap.

    Args:
        maps: `(batch, h, w, channels)`; all but the batch known.
        kernel: `(kernel height, kernel width, filters, channels)`, of the same dtype.

    Returns:
        `(batch, h * kernel height, w * kernel width, filters)`.
    """
    _, h, w, _ = maps.shape
    kh, kw, filters, channels = kernel.shape
    matrix = tf.reshape(tf.transpose(kernel, (3, 0, 1, 2)), (channels, -1))
    tiles = tf.matmul(tf.reshape(maps, (-1, channels)), matrix)
    tiles = tf.reshape(tiles, (-1, h, w, kh, kw, filters))
    laid = tf.transpose(tiles, (0, 1, 3, 2, 4, 5))  # (B, h, kh, w, kw, filters)
    return tf.reshape(laid, (-1, h * kh, w * kw, filters))
