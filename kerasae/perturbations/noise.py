"""Images spoiled, each at a level from 0 (not at all) to 1; the pixels of a place together.

The same kinds as `kerasae.data.corruption` measures, but in the graph and by
key. Vincent et al., "Stacked Denoising Autoencoders", JMLR 2010 (Gaussian,
masking, salt and pepper); patches: He et al., "Masked Autoencoders", CVPR 2022,
here for convolutions: a patch is shown as 0 and not left out.
"""

import tensorflow as tf

from kerasae.perturbations import keyed

PATCH = 4


def gaussian(images: tf.Tensor, keys: tf.Tensor, level: float) -> tf.Tensor:
    """Adds noise of standard deviation `level`, cut off at 0 and 1."""
    size = images.shape[1] * images.shape[2] * images.shape[3]
    noise = tf.reshape(keyed.normal(keys, size, 0), tf.shape(images))
    return tf.clip_by_value(images + level * noise, 0.0, 1.0)


def salt_and_pepper(images: tf.Tensor, keys: tf.Tensor, level: float) -> tf.Tensor:
    """Replaces a share `level` of the pixels by 0 or 1, as often the one as the other."""
    drawn = _for_each(keys, images.shape[1], images.shape[2])
    spoiled = tf.where(drawn < level / 2, 0.0, images)
    return tf.where(drawn > 1 - level / 2, 1.0, spoiled)


def masking(images: tf.Tensor, keys: tf.Tensor, level: float) -> tf.Tensor:
    """Replaces a share `level` of the pixels by 0."""
    return tf.where(_for_each(keys, images.shape[1], images.shape[2]) < level, 0.0, images)


def patches(images: tf.Tensor, keys: tf.Tensor, level: float) -> tf.Tensor:
    """Replaces a share `level` of the patches of 4x4 pixels by 0."""
    height, width = images.shape[1:3]
    drawn = _for_each(keys, -(-height // PATCH), -(-width // PATCH))
    drawn = tf.repeat(tf.repeat(drawn, PATCH, axis=1), PATCH, axis=2)[:, :height, :width]
    return tf.where(drawn < level, 0.0, images)


def occlusion(images: tf.Tensor, keys: tf.Tensor, level: float) -> tf.Tensor:
    """Puts a grey rectangle (0.5) of the image's proportions over a share `level` of the area."""
    height, width = images.shape[1:3]
    h, w = round(height * level**0.5), round(width * level**0.5)
    top, left = tf.unstack(keyed.uniform(keys, 2, 0), axis=1)
    top = tf.floor(top * (height - h + 1))[:, None, None, None]
    left = tf.floor(left * (width - w + 1))[:, None, None, None]
    rows = tf.range(height, dtype=tf.float32)[None, :, None, None]
    columns = tf.range(width, dtype=tf.float32)[None, None, :, None]
    inside = (rows >= top) & (rows < top + h) & (columns >= left) & (columns < left + w)
    return tf.where(inside, 0.5, images)


def _for_each(keys: tf.Tensor, rows: int, columns: int) -> tf.Tensor:
    """A number in [0, 1) for each place, `(batch, rows, columns, 1)`."""
    return tf.reshape(keyed.uniform(keys, rows * columns, 0), (-1, rows, columns, 1))


KINDS = {
    "gaussian": gaussian,
    "masking": masking,
    "occlusion": occlusion,
    "patches": patches,
    "salt_and_pepper": salt_and_pepper,
}
