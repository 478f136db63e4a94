"""Training images moved before anything else is made of them: more of them, not another task.

With one strength for all moves, as in Cubuk et al., "RandAugment" (NeurIPS 2020).
"""

import tensorflow as tf

from kerasae.perturbations import moves
from kerasae.perturbations.options import Moves

# Of random numbers; objectives take those before it.
STREAM = 4


def augment(images: tf.Tensor, keys: tf.Tensor, strength: float) -> tf.Tensor:
    """Moves every image as its key has it.

    Args:
        images: float32 `(batch, height, width, channels)` in [0, 1].
        keys: int64 `(batch, 3)`: seed, epoch and position of each image.
        strength: Times the default amounts of `Moves`; 0 gives the images themselves.

    Returns:
        The same shape and dtype, in [0, 1].
    """
    if not strength:
        return images
    amounts = {name: strength * amount for name, amount in vars(Moves()).items()}
    return moves.move(images, keys, Moves(**amounts), STREAM)
