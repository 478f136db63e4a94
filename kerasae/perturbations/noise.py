"""Images spoiled, each at a level from 0 (not at all) to 1; the pixels of a place together.

The same kinds as `kerasae.data.corruption` measures, but in the graph and by
key. Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010 (Gaussian,
masking, salt and pepper); patches: He et al., "Masked Autoencoders", CVPR 2022,
here for convolutions: a patch is shown as 0 and not left out.

Each kind takes float32 images `(batch, height, width, channels)` in [0, 1], a key
for each, the level as a number or as float32 `(batch, 1, 1, 1)`, and the stream
of its random numbers, and gives images back.
"""

import tensorflow as tf

from kerasae.perturbations import keyed
from kerasae.perturbations.options import Noise

PATCH = 4


def gaussian(images, keys, level, stream=0):
    """Adds noise of standard deviation `level`, cut off at 0 and 1."""
    size = images.shape[1] * images.shape[2] * images.shape[3]
    noise = tf.reshape(keyed.normal(keys, size, stream), tf.shape(images))
    return tf.clip_by_value(images + level * noise, 0.0, 1.0)


def salt_and_pepper(images, keys, level, stream=0):
    """Replaces a share `level` of the pixels by 0 or 1, as often the one as the other."""
    drawn = _for_each(keys, stream, images.shape[1], images.shape[2])
    spoiled = tf.where(drawn < level / 2, 0.0, images)
    return tf.where(drawn > 1 - level / 2, 1.0, spoiled)


def masking(images, keys, level, stream=0):
    """Replaces a share `level` of the pixels by 0."""
    return tf.where(_for_each(keys, stream, images.shape[1], images.shape[2]) < level, 0.0, images)


def patches(images, keys, level, stream=0):
    """Replaces a share `level` of the patches of 4x4 pixels by 0."""
    height, width = images.shape[1:3]
    drawn = _for_each(keys, stream, -(-height // PATCH), -(-width // PATCH))
    drawn = tf.repeat(tf.repeat(drawn, PATCH, axis=1), PATCH, axis=2)[:, :height, :width]
    return tf.where(drawn < level, 0.0, images)


def occlusion(images, keys, level, stream=0):
    """Puts a grey rectangle (0.5) of the image's proportions over a share `level` of the area."""
    height, width = images.shape[1:3]
    side = tf.sqrt(tf.cast(level, tf.float64))
    h, w = (tf.cast(tf.round(length * side), tf.float32) for length in (height, width))
    places = keyed.uniform(keys, 2, stream)[:, :, None, None, None]  # (B, 2, 1, 1, 1)
    top, left = (
        tf.floor(places[:, axis] * (length - size + 1))
        for axis, (length, size) in enumerate(((height, h), (width, w)))
    )  # (B, 1, 1, 1)
    rows = tf.range(height, dtype=tf.float32)[None, :, None, None]
    columns = tf.range(width, dtype=tf.float32)[None, None, :, None]
    inside = (rows >= top) & (rows < top + h) & (columns >= left) & (columns < left + w)
    return tf.where(inside, 0.5, images)


def _for_each(keys: tf.Tensor, stream: int, rows: int, columns: int) -> tf.Tensor:
    """A number in [0, 1) for each place, `(batch, rows, columns, 1)`."""
    return tf.reshape(keyed.uniform(keys, rows * columns, stream), (-1, rows, columns, 1))


KINDS = {
    "gaussian": gaussian,
    "masking": masking,
    "occlusion": occlusion,
    "patches": patches,
    "salt_and_pepper": salt_and_pepper,
}


def spoil(images: tf.Tensor, keys: tf.Tensor, noise: Noise, stream: int) -> tf.Tensor:
    """Spoils every image as its key has it.

    Args:
        images: float32 `(batch, height, width, channels)` in [0, 1].
        keys: int64 `(batch, 3)`: seed, epoch and position of each image.
        noise: Which kind, and how much.
        stream: Of random numbers; the next one is taken too.

    Returns:
        The same shape and dtype, in [0, 1]; the images themselves for no noise.
    """
    if noise.noise == "none":
        return images
    level = noise.level
    if noise.level_sampled:
        level *= keyed.uniform(keys, 1, stream + 1)[:, :, None, None]  # (B, 1, 1, 1)
    return KINDS[noise.noise](images, keys, level, stream)
