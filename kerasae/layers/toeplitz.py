"""A faster transposed convolution to one channel with a large kernel, on CPUs.

oneDNN's transposed convolution fills its vector registers with output
channels, so with a single one most of each register is idle. Here the
horizontal half of the sum is one large matrix product with a Toeplitz matrix
made of the kernel, and the vertical half a product with a fixed matrix of
zeros and ones. That is more arithmetic, by about `width / kernel width`, all
of it in matrix products, which run many times faster.

The values are those of `keras.ops.conv_transpose` up to float32 rounding, and
the gradient is TensorFlow's own of the operations used.
"""

import contextlib
import contextvars

import numpy as np
import tensorflow as tf

# Where it was seen to win, forward and backward together.
SMALLEST_KERNEL = 11
LARGEST_OVERHEAD = 4  # image width / kernel width

_allowed = contextvars.ContextVar("toeplitz_allowed", default=True)


@contextlib.contextmanager
def disabled():
    """Leaves out the fast path: for converters that know the plain operation better."""
    token = _allowed.set(False)
    try:
        yield
    finally:
        _allowed.reset(token)


def applies(maps_shape, kernel_shape, strides, padding: str) -> bool:
    """Whether the fast path takes these shapes; it goes by shapes and device only.

    Args:
        maps_shape: `(batch, height, width, filters)` of the input.
        kernel_shape: `(kernel height, kernel width, channels, filters)`.
        strides: Two integers.
        padding: `"valid"` or `"same"`.
    """
    if tuple(strides) != (1, 1) or padding != "valid" or None in maps_shape[1:]:
        return False
    height, width, channels, _ = kernel_shape
    image_width = maps_shape[2] + width - 1
    return (
        _allowed.get()
        and channels == 1
        and min(height, width) >= SMALLEST_KERNEL
        and image_width <= LARGEST_OVERHEAD * width
        and not tf.config.list_physical_devices("GPU")
    )


def conv_transpose(maps, kernel):
    """Transposed convolution of stride 1 and padding `valid` to one channel.

    Args:
        maps: `(batch, h, w, filters)`; h, w and filters known.
        kernel: `(kernel height, kernel width, 1, filters)`, of the same dtype.

    Returns:
        `(batch, h + kernel height - 1, w + kernel width - 1, 1)`.
    """
    _, h, w, filters = maps.shape
    kh, kw, _, _ = kernel.shape
    height, width = h + kh - 1, w + kw - 1
    rows = tf.matmul(tf.reshape(maps, (-1, w * filters)), _toeplitz(kernel, w))
    rows = tf.reshape(rows, (-1, h * kh, width))  # (B, h * kh, W)
    image = tf.matmul(tf.constant(_row_sums(h, kh), maps.dtype), rows)  # (B, H, W)
    return tf.reshape(image, (-1, height, width, 1))


def _toeplitz(kernel, w: int):
    """The kernel as the matrix of all its horizontal shifts, `(w * filters, kh * W)`.

    Entry `[(x, filter), (row, X)]` is `kernel[row, X - x, 0, filter]`, and 0
    outside the kernel. A row padded with `w` zeros, repeated and cut, shifts by
    one at each repetition.
    """
    kh, kw, _, filters = kernel.shape
    width = w + kw - 1
    rows = tf.transpose(kernel[:, :, 0, :], (2, 0, 1))  # (filters, kh, kw)
    rows = tf.pad(rows, ((0, 0), (0, 0), (0, w)))  # (filters, kh, W + 1)
    shifted = tf.tile(rows, (1, 1, w))[..., : w * width]
    shifted = tf.reshape(shifted, (filters, kh, w, width))
    return tf.reshape(tf.transpose(shifted, (2, 0, 1, 3)), (w * filters, kh * width))


def _row_sums(h: int, kh: int) -> np.ndarray:
    """Zeros and ones, `(h + kh - 1, h * kh)`, that add row `r` of the kernel at `y` to `y + r`."""
    sums = np.zeros((h + kh - 1, h, kh), np.float32)
    for y in range(h):
        for r in range(kh):
            sums[y + r, y, r] = 1
    return sums.reshape(h + kh - 1, h * kh)
