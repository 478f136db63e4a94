"""Images moved a little: shifted, turned, scaled, sheared and bent, in one resampling.

Simard, Steinkraus and Platt, "Best Practices for Convolutional Neural Networks
Applied to Visual Document Analysis", ICDAR 2003. Done differently: images are
bent by random displacements of a coarse grid, brought to every pixel by cubic
interpolation, in place of smoothed ones of every pixel.
"""

import math

import tensorflow as tf

from kerasae.perturbations import keyed
from kerasae.perturbations.options import Moves

# Sides of the grid whose nodes are displaced.
GRID = 5
# Numbers that say how an image is shifted, turned, scaled and sheared.
AMOUNTS = 6


def move(images: tf.Tensor, keys: tf.Tensor, moves: Moves, stream: int) -> tf.Tensor:
    """Moves every image by amounts that follow from its key.

    What comes into sight repeats the image's border.

    Args:
        images: float32 `(batch, height, width, channels)`.
        keys: int64 `(batch, 3)`: seed, epoch and position of each image.
        moves: How far.
        stream: Tells two views of the same image apart.

    Returns:
        The same shape and dtype, values between those of the image.
    """
    height, width = images.shape[1:3]
    # Places in pixels from the middle of the image, at which each new pixel is looked up.
    rows = tf.range(height, dtype=tf.float32) - (height - 1) / 2
    columns = tf.range(width, dtype=tf.float32) - (width - 1) / 2
    amounts = 2 * keyed.uniform(keys, AMOUNTS, 2 * stream) - 1  # (B, 6) in [-1, 1)
    down, right, turn, tall, wide, slant = tf.unstack(amounts, axis=1)
    sine, cosine, _ = _trigonometry(moves.rotate * turn)
    *_, slope = _trigonometry(moves.shear * slant)
    tall, wide = 1 / (1 + moves.scale * tall), 1 / (1 + moves.scale * wide)

    def each(amount):
        return amount[:, None, None]

    y, x = rows[None, :, None], columns[None, None, :]
    x = x + each(slope) * y  # (B, H, W)
    y, x = (
        each(tall) * (each(cosine) * y + each(sine) * x),
        each(wide) * (each(cosine) * x - each(sine) * y),
    )
    y += each(moves.shift * height * down) + (height - 1) / 2
    x += each(moves.shift * width * right) + (width - 1) / 2
    if moves.bend:
        bent = 2 * keyed.uniform(keys, GRID * GRID * 2, 2 * stream + 1) - 1
        bent = tf.image.resize(tf.reshape(bent, (-1, GRID, GRID, 2)), (height, width), "bicubic")
        y += moves.bend * height * bent[..., 0]
        x += moves.bend * width * bent[..., 1]
    return _sampled(images, y, x)


def _trigonometry(degrees: tf.Tensor) -> tuple[tf.Tensor, ...]:
    """Sine, cosine and tangent, rounded from float64: the same bits in a batch of any size."""
    angle = tf.cast(degrees, tf.float64) * (math.pi / 180)
    return tuple(tf.cast(of(angle), tf.float32) for of in (tf.sin, tf.cos, tf.tan))


def _sampled(images: tf.Tensor, y: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """Bilinear values at places in pixels, `(B, H, W)` each; outside, those of the border."""
    height, width, channels = images.shape[1:]
    y = tf.clip_by_value(y, 0.0, height - 1.0)
    x = tf.clip_by_value(x, 0.0, width - 1.0)
    top = tf.minimum(tf.cast(y, tf.int32), max(height - 2, 0))
    left = tf.minimum(tf.cast(x, tf.int32), max(width - 2, 0))
    dy = (y - tf.cast(top, tf.float32))[..., None]
    dx = (x - tf.cast(left, tf.float32))[..., None]
    below = min(1, height - 1) * width
    first = top * width + left  # (B, H, W)
    pixels = tf.reshape(images, (-1, height * width, channels))
    beside = tf.concat([pixels[:, 1:], pixels[:, -1:]], axis=1)
    # Looking a place up takes as long for two numbers as for one.
    pairs = tf.complex(pixels, beside)

    def row(places):
        pair = tf.gather(pairs, places, batch_dims=1)  # (B, H, W, C)
        return tf.math.real(pair) * (1 - dx) + tf.math.imag(pair) * dx

    return tf.ensure_shape(row(first) * (1 - dy) + row(first + below) * dy, images.shape)
