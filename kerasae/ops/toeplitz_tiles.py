"""Toeplitz products for images of few channels: a tile of the maps from a window of the image.

Windows overlap by the kernel's size less 1. Larger tiles mean fewer windows to
gather and more products with zeros.
"""

import numpy as np
import tensorflow as tf

from kerasae.ops.windows import cuts

# Sides of a tile, the fastest first; the first that divides the maps' side is taken.
SIDES = (4, 5, 3, 6, 2)


def conv(images, kernel):
    """As `toeplitz.conv`."""
    _, height, width, channels = images.shape
    kh, kw, _, filters = kernel.shape
    h, w = height - kh + 1, width - kw + 1
    th, tw = _tile(h, w)
    count, reach = w // tw, (tw + kw - 1) * channels  # windows side by side; numbers of their rows
    columns = _columns(count, tw, kw, channels, images.dtype)
    rows = _rows(h // th, th, kh, images.dtype)
    matrix = _matrix(kernel, th, tw)

    cut = tf.matmul(tf.reshape(images, (-1, width * channels)), columns)
    cut = _swap(tf.reshape(cut, (-1, height, count, reach)))
    cut = tf.matmul(rows, tf.reshape(cut, (-1, height, reach)), transpose_a=True)
    tiles = tf.matmul(tf.reshape(cut, (-1, matrix.shape[0])), matrix)
    tiles = _swap(tf.reshape(tiles, (-1, count, h, tw * filters)))
    return tf.reshape(tiles, (-1, h, w, filters))


def conv_transpose(maps, kernel):
    """As `toeplitz.conv_transpose`; each line undoes one of `conv`, from its last to its first."""
    _, h, w, filters = maps.shape
    kh, kw, channels, _ = kernel.shape
    height, width = h + kh - 1, w + kw - 1
    th, tw = _tile(h, w)
    count, reach = w // tw, (tw + kw - 1) * channels
    columns = _columns(count, tw, kw, channels, maps.dtype)
    rows = _rows(h // th, th, kh, maps.dtype)
    matrix = _matrix(kernel, th, tw)

    tiles = _swap(tf.reshape(maps, (-1, h, count, tw * filters)))
    cut = tf.matmul(tf.reshape(tiles, (-1, matrix.shape[1])), matrix, transpose_b=True)
    cut = tf.matmul(rows, tf.reshape(cut, (-1, rows.shape[1], reach)))
    cut = _swap(tf.reshape(cut, (-1, count, height, reach)))
    images = tf.matmul(tf.reshape(cut, (-1, count * reach)), columns, transpose_b=True)
    return tf.reshape(images, (-1, height, width, channels))


def _tile(h: int, w: int) -> tuple[int, int]:
    """A tile's height and width, divisors of the maps'; where none is, one row or all columns."""
    return (
        next((side for side in SIDES if h % side == 0), 1),
        next((side for side in SIDES if w % side == 0), w),
    )


def _rows(count: int, step: int, kh: int, dtype):
    """Cuts an image's rows into windows, `(height, count * window's rows)`."""
    places = cuts(count, step, step + kh - 1)
    return tf.constant(places.reshape(len(places), -1), dtype)


def _columns(count: int, step: int, kw: int, channels: int, dtype):
    """Cuts a row into windows, `(width * channels, count * window's columns * channels)`."""
    places = cuts(count, step, step + kw - 1)
    each = np.kron(places.reshape(len(places), -1), np.eye(channels, dtype=np.float32))
    return tf.constant(each, dtype)


def _swap(numbers):
    return tf.transpose(numbers, (0, 2, 1, 3))


def _matrix(kernel, th: int, tw: int):
    """The kernel at all its places in a window.

    Returns:
        `(window's rows * columns * channels, th * tw * filters)`; entry `[(Y,
        X, channel), (y, x, filter)]` is `kernel[Y - y, X - x, channel,
        filter]`, and 0 outside the kernel.
    """
    kh, kw, channels, filters = kernel.shape
    down, across = (
        tf.constant(cuts(tile, 1, side).reshape(-1, side), kernel.dtype)
        for tile, side in ((th, kh), (tw, kw))
    )
    placed = tf.matmul(across, tf.reshape(kernel, (kh, kw, channels * filters)))
    placed = tf.matmul(down, tf.reshape(placed, (kh, -1)))
    placed = tf.reshape(placed, (th + kh - 1, th, tw + kw - 1, tw, channels, filters))
    placed = tf.transpose(placed, (0, 2, 4, 1, 3, 5))
    return tf.reshape(placed, (-1, th * tw * filters))
