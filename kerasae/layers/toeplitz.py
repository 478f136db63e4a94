"""Convolutions with large kernels and few channels as matrix products.

oneDNN fills its vector registers with channels, so a convolution from or to a
few of them leaves most of each register idle, worst in the gradient of the
kernel. Here the horizontal half of the sum is one large product with a
Toeplitz matrix made of the kernel, and the vertical half a product with a
fixed matrix of zeros and ones. That is more arithmetic, by about
`width / kernel width`, all of it in matrix products, which run many times
faster.

A kernel joins a side of few numbers a row, where it has few channels, and a
side of many. From few to many, rows are gathered first and multiplied then;
from many to few, multiplied first and added up then. The two are adjoint,
and so a convolution is one of them and its transpose is the other.

The values are those of `keras.ops.conv` and `keras.ops.conv_transpose` up to
float32 rounding, and the gradient is TensorFlow's own of the products.
"""

import numpy as np
import tensorflow as tf

# Where it was seen to win, forward and backward together.
SMALLEST_KERNEL = 11
MOST_CHANNELS = 4  # of the side that has fewer
LARGEST_OVERHEAD = 4  # image side / kernel side


def applies(image_size, kernel_shape, strides, padding: str) -> bool:
    """Whether this takes the shapes, and is the faster way for them.

    Args:
        image_size: `(height, width)` of the images, the larger of the two sides.
        kernel_shape: `(kernel height, kernel width, channels, filters)`.
        strides: Two integers.
        padding: `"valid"` or `"same"`.
    """
    if tuple(strides) != (1, 1) or padding != "valid" or None in image_size:
        return False
    height, width, channels, filters = kernel_shape
    return (
        min(channels, filters) <= MOST_CHANNELS
        and min(height, width) >= SMALLEST_KERNEL
        and image_size[0] <= LARGEST_OVERHEAD * height
        and image_size[1] <= LARGEST_OVERHEAD * width
    )


def conv(images, kernel):
    """Convolution of stride 1 and padding `valid`.

    Args:
        images: `(batch, height, width, channels)`; all but the batch known.
        kernel: `(kernel height, kernel width, channels, filters)`, of the same dtype.

    Returns:
        `(batch, height - kernel height + 1, width - kernel width + 1, filters)`.
    """
    _, height, width, _ = images.shape
    kh, kw, _, filters = kernel.shape
    h, w = height - kh + 1, width - kw + 1
    if _image_is_small(width, w, kernel):
        maps = _expand(images, _matrix(kernel, w), _row_pairs(h, kh, +1, height))
    else:
        maps = _reduce(images, _transposed_matrix(kernel, w), _row_pairs(height, kh, -1, h))
    return tf.reshape(maps, (-1, h, w, filters))


def conv_transpose(maps, kernel):
    """Transposed convolution of stride 1 and padding `valid`.

    Args:
        maps: `(batch, h, w, filters)`; all but the batch known.
        kernel: `(kernel height, kernel width, channels, filters)`, of the same dtype.

    Returns:
        `(batch, h + kernel height - 1, w + kernel width - 1, channels)`.
    """
    _, h, w, _ = maps.shape
    kh, kw, channels, _ = kernel.shape
    height, width = h + kh - 1, w + kw - 1
    if _image_is_small(width, w, kernel):
        images = _reduce(maps, _matrix(kernel, w), _row_pairs(h, kh, +1, height))
    else:
        images = _expand(maps, _transposed_matrix(kernel, w), _row_pairs(height, kh, -1, h))
    return tf.reshape(images, (-1, height, width, channels))


def _image_is_small(width: int, w: int, kernel) -> bool:
    """Whether a row of the image holds no more numbers than a row of the maps."""
    return width * kernel.shape[2] <= w * kernel.shape[3]


def _expand(small, matrix, pairs):
    """From few numbers a row to many: each row of `large` from `kh` rows of `small`."""
    _, rows, columns, channels = small.shape
    pairs = tf.constant(pairs, small.dtype)
    gathered = tf.matmul(pairs, tf.reshape(small, (-1, rows, columns * channels)))
    return tf.matmul(tf.reshape(gathered, (-1, matrix.shape[0])), matrix)


def _reduce(large, matrix, pairs):
    """The adjoint of `_expand`: each row of `large` into `kh` rows of `small`."""
    _, rows, columns, channels = large.shape
    parts = tf.matmul(tf.reshape(large, (-1, columns * channels)), matrix, transpose_b=True)
    parts = tf.reshape(parts, (-1, pairs.shape[0], matrix.shape[0] * rows // pairs.shape[0]))
    return tf.matmul(tf.constant(pairs, large.dtype), parts, transpose_a=True)


def _matrix(kernel, w: int):
    """The kernel at all its horizontal places, `(kh * width * channels, w * filters)`.

    Entry `[(row, X, channel), (x, filter)]` is `kernel[row, X - x, channel,
    filter]`, and 0 outside the kernel.
    """
    _, _, _, filters = kernel.shape
    placed = tf.transpose(_placed(kernel, w), (0, 1, 3, 2, 4))  # (kh, W, channels, w, filters)
    return tf.reshape(placed, (-1, w * filters))


def _transposed_matrix(kernel, w: int):
    """The same numbers as `(kh * w * filters, width * channels)`."""
    kh, _, _, filters = kernel.shape
    placed = tf.transpose(_placed(kernel, w), (0, 2, 4, 1, 3))  # (kh, w, filters, W, channels)
    return tf.reshape(placed, (kh * w * filters, -1))


def _placed(kernel, w: int):
    """`(kh, width, w, channels, filters)`; a product, since its gradient is one too."""
    kh, kw, channels, filters = kernel.shape
    width = w + kw - 1
    places = np.zeros((width, w, kw), np.float32)
    for x in range(w):
        for column in range(kw):
            places[x + column, x, column] = 1
    flat = tf.reshape(kernel, (kh, kw, channels * filters))
    placed = tf.matmul(tf.constant(places.reshape(-1, kw), kernel.dtype), flat)
    return tf.reshape(placed, (kh, width, w, channels, filters))


def _row_pairs(large: int, kh: int, direction: int, small: int) -> np.ndarray:
    """Zeros and ones, `(large * kh, small)`: 1 where `large row ± kernel row == small row`."""
    pairs = np.zeros((large, kh, small), np.float32)
    for row in range(large):
        for offset in range(kh):
            if 0 <= row + direction * offset < small:
                pairs[row, offset, row + direction * offset] = 1
    return pairs.reshape(-1, small)
