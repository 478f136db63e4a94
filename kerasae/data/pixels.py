"""What is done to pixels, in training and in every exported signature alike."""

import tensorflow as tf


def resize(images, size: tuple[int, int]):
    """Bilinear resizing that stays in 8 bits.

    Training keeps its images as uint8, so an exported model that takes raw
    images has to round as the pipeline did, or it would see other numbers.

    Args:
        images: uint8 tensor `(..., height, width, channels)`, of rank 3 or 4.
        size: `(height, width)` to end at; shrinking averages (antialias).

    Returns:
        uint8 tensor of the same rank.
    """
    resized = tf.image.resize(images, size, method="bilinear", antialias=True)
    return tf.saturate_cast(tf.round(resized), tf.uint8)


def resize_unit(images, size: tuple[int, int]):
    """As `resize`, for float32 images in [0, 1], without rounding."""
    return tf.image.resize(images, size, method="bilinear", antialias=True)


def to_unit(images):
    """uint8 in [0, 255] to float32 in [0, 1]."""
    return tf.cast(images, tf.float32) * (1 / 255)
