"""A convolution of images with few channels, with a faster gradient of its kernel.

The convolution itself is TensorFlow's. Its kernel's gradient sums over every
place of every image, and oneDNN, which fills its vector registers with
channels, is slow at it where the images have one. Here it is one matrix
product: the images, shifted to every place of the kernel, with the gradient
of the maps.
"""

import tensorflow as tf

# Shifted copies of the images are all held at once: few of them, and no more numbers than the
# maps have, which are held in any case.
MOST_SHIFTS = 32  # kernel height * kernel width * channels
LEAST_FILTERS = 8


def applies(kernel_shape, strides) -> bool:
    """Whether this takes the shapes, and is the faster way for them.

    Args:
        kernel_shape: `(kernel height, kernel width, channels, filters)`.
        strides: Two integers.
    """
    height, width, channels, filters = kernel_shape
    return (
        tuple(strides) == (1, 1)
        and height * width * channels <= min(MOST_SHIFTS, filters)
        and filters >= LEAST_FILTERS
    )


def conv(images, kernel, padding: str):
    """Convolution of stride 1.

    Args:
        images: `(batch, height, width, channels)`.
        kernel: `(kernel height, kernel width, channels, filters)`, of the same dtype.
        padding: `"valid"` or `"same"`.

    Returns:
        `(batch, new height, new width, filters)`.
    """
    padding = padding.upper()

    @tf.custom_gradient
    def convolved(images, kernel):
        maps = tf.nn.conv2d(images, kernel, 1, padding)

        def gradient(upstream):
            of_images = tf.nn.conv2d_transpose(
                upstream, kernel, tf.shape(images), 1, padding
            )  # left out of the graph where nobody asks, as for a first layer
            return of_images, _kernel_gradient(images, upstream, kernel.shape, padding)

        return maps, gradient

    return convolved(images, kernel)


def _kernel_gradient(images, upstream, kernel_shape, padding: str):
    """Sum over all images and places of shifted pixel times the maps' gradient."""
    height, width, channels, filters = kernel_shape
    if padding == "SAME":
        margins = [((side - 1) // 2, side // 2) for side in (height, width)]
        images = tf.pad(images, ((0, 0), *margins, (0, 0)))
    rows, columns = tf.shape(upstream)[1], tf.shape(upstream)[2]
    shifted = tf.stack(
        [
            images[:, y : y + rows, x : x + columns, channel]
            for y in range(height)
            for x in range(width)
            for channel in range(channels)
        ]
    )  # (kernel numbers, B, h, w)
    shifted = tf.reshape(shifted, (height * width * channels, -1))
    return tf.reshape(tf.matmul(shifted, tf.reshape(upstream, (-1, filters))), kernel_shape)
