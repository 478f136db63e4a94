"""Convolutions with large kernels and few channels as matrix products.

oneDNN fills its vector registers with channels, so a convolution from or to a
few of them leaves most of each register idle, worst in the gradient of the
kernel. Here it is one large product with a Toeplitz matrix made of the kernel
and small ones with fixed matrices of zeros and ones. That is more arithmetic,
all of it in matrix products, which run many times faster.

A kernel joins a side of few numbers a row, where it has few channels, and a
side of many. Parts of the small side are gathered first and multiplied then;
the other way, parts are multiplied first and added up then. The two are
adjoint, and so a convolution is one of them and its transpose is the other.

The values are those of `keras.ops.conv` and `keras.ops.conv_transpose` up to
float32 rounding, for finite numbers, and the gradient is TensorFlow's own of
the products.
"""

from kerasae.ops import toeplitz_rows, toeplitz_tiles

# Where it was seen to win, forward and backward together.
SMALLEST_KERNEL = 11
MOST_CHANNELS = 4  # of the side that has fewer
LARGEST_OVERHEAD = 4  # image side / kernel side
MOST_ENTRIES = 4_000_000  # of the matrix, which is held a few times in training


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
    columns = image_size[1]
    # At most: a tile is mostly smaller than a whole row of the maps.
    entries = height * columns * channels * (columns - width + 1) * filters
    return (
        min(channels, filters) <= MOST_CHANNELS
        and min(height, width) >= SMALLEST_KERNEL
        and image_size[0] <= LARGEST_OVERHEAD * height
        and image_size[1] <= LARGEST_OVERHEAD * width
        and entries <= MOST_ENTRIES
    )


def conv(images, kernel):
    """Convolution of stride 1 and padding `valid`.

    Args:
        images: `(batch, height, width, channels)`; all but the batch known.
        kernel: `(kernel height, kernel width, channels, filters)`, of the same dtype.

    Returns:
        `(batch, height - kernel height + 1, width - kernel width + 1, filters)`.
    """
    return _way(images.shape[2], kernel).conv(images, kernel)


def conv_transpose(maps, kernel):
    """Transposed convolution of stride 1 and padding `valid`.

    Args:
        maps: `(batch, h, w, filters)`; all but the batch known.
        kernel: `(kernel height, kernel width, channels, filters)`, of the same dtype.

    Returns:
        `(batch, h + kernel height - 1, w + kernel width - 1, channels)`.
    """
    return _way(maps.shape[2] + kernel.shape[1] - 1, kernel).conv_transpose(maps, kernel)


def _way(width: int, kernel):
    """By the side whose rows hold fewer numbers: the images' or the maps'."""
    _, kw, channels, filters = kernel.shape
    image_is_small = width * channels <= (width - kw + 1) * filters
    return toeplitz_tiles if image_is_small else toeplitz_rows
