"""Views of an image: moved, then spoiled."""

import tensorflow as tf

from kerasae.perturbations import moves, noise

# Streams of random numbers that the moves of two views take, and those that a view's noise takes.
_MOVES, _NOISE = 4, 2


def view(images: tf.Tensor, keys: tf.Tensor, config, number: int) -> tf.Tensor:
    """One view of every image.

    Args:
        images: float32 `(batch, height, width, channels)` in [0, 1].
        keys: int64 `(batch, 3)`: seed, epoch and position of each image.
        config: `options.Moves` and `options.Noise` in one.
        number: 0 or 1; tells two views of the same image apart.

    Returns:
        The same shape and dtype.
    """
    moved = moves.move(images, keys, config, number)
    return noise.spoil(moved, keys, config, _MOVES + _NOISE * number)
