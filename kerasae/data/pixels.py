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


def fit(images, size: tuple[int, int], how: str = "stretch", background: str = "black"):
    """Brings images to a size, as `--fit` says.

    Args:
        images: Tensor `(..., height, width, channels)`, of rank 3 or 4: uint8, which stays in
            8 bits, or float32 in [0, 1].
        size: `(height, width)` to end at.
        how: `stretch`; `crop`, which keeps the proportions and the middle; `pad`, which
            keeps proportions and all, in the middle of a border.
        background: Colour of that border, `black` or `white`.

    Returns:
        Tensor of the same rank and dtype.
    """
    to_size, white = (resize, 255) if images.dtype == tf.uint8 else (resize_unit, 1)
    if how == "stretch":
        return to_size(images, size)
    wanted = tf.constant(size, tf.float64)
    found = tf.cast(tf.shape(images)[-3:-1], tf.float64)
    scales = wanted / found
    scale = tf.reduce_max(scales) if how == "crop" else tf.reduce_min(scales)
    kept = tf.maximum(tf.cast(tf.round(found * scale), tf.int32), 1)
    resized = to_size(images, kept)
    if how == "crop":
        return tf.image.resize_with_crop_or_pad(resized, *size)
    if background == "black":
        return tf.image.resize_with_crop_or_pad(resized, *size)
    return white - tf.image.resize_with_crop_or_pad(white - resized, *size)  # It pads with zeros.


def to_channels(images, channels: int):
    """Turns RGB images into grey ones, by the weights of ITU-R BT.601, or grey ones into RGB.

    Args:
        images: uint8 tensor `(..., height, width, channels)` of 1 or 3 channels.
        channels: 1 or 3.

    Returns:
        uint8 tensor of the same rank.
    """
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return tf.repeat(images, 3, axis=-1)
    weights = tf.constant([0.299, 0.587, 0.114])
    grey = tf.reduce_sum(tf.cast(images, tf.float32) * weights, axis=-1, keepdims=True)
    return tf.saturate_cast(tf.round(grey), tf.uint8)


def resize_unit(images, size: tuple[int, int]):
    """As `resize`, for float32 images in [0, 1], without rounding."""
    return tf.image.resize(images, size, method="bilinear", antialias=True)


def to_unit(images):
    """uint8 in [0, 255] to float32 in [0, 1]."""
    return tf.cast(images, tf.float32) * (1 / 255)
