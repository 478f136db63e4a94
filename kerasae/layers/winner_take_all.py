"""Of a code only what wins goes on: against its map, or against the other images of a batch."""

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable(package="kerasae")
class WinnerTakeAll(keras.layers.Layer):
    """Sets numbers of a code to 0 that lose against others of their map or of the batch.

    Spatially, the largest number of each map goes on, in training and afterwards.
    Over a lifetime, each map (each number where the code has no maps) goes on for
    a share of a batch's images, those in which its largest number is largest; in
    training only, so that afterwards every image counts by itself. Numbers as
    large as the smallest that goes on go on as well.

    Args:
        channels: Maps that the code is made of, the last axis before it was
            flattened; None where each number is a map of its own.
        spatial: Whether only the largest number of each map goes on.
        lifetime: Share of a batch's images, above 0; 1 for all. One image at least.

    Input shape:
        `(batch, code_size)`, floating-point; with `channels` a multiple of it.

    Output shape:
        The same.

    Raises:
        ValueError: for a share out of its range.

    Example:
        >>> code = keras.ops.array([[1.0, 5.0, 3.0, 2.0]])  # two places of two maps
        >>> WinnerTakeAll(channels=2, spatial=True)(code).numpy().tolist()
        [[0.0, 5.0, 3.0, 0.0]]

    Reference:
        Makhzani and Frey, "Winner-Take-All Autoencoders", NeurIPS 2015. There
        the decoder is given away after training; here it goes on with the
        spatial winners.
    """

    def __init__(self, channels=None, spatial=False, lifetime=1.0, **kwargs):
        super().__init__(**kwargs)
        if not 0 < lifetime <= 1:
            raise ValueError(
                f"`lifetime` must be above 0, at most 1. Received: lifetime={lifetime}"
            )
        self.channels, self.spatial, self.lifetime = channels, spatial, lifetime

    def call(self, code, training=False):
        maps = ops.reshape(code, (-1, code.shape[-1] // self._maps(code), self._maps(code)))
        largest = ops.max(maps, axis=1, keepdims=True)  # (B, 1, maps)
        if self.spatial:
            maps = ops.where(maps >= largest, maps, 0.0)
        if training and self.lifetime < 1:
            strength = tf.transpose(largest[:, 0])  # (maps, B)
            images = tf.cast(tf.shape(strength)[1], tf.float32)
            kept = tf.maximum(1, tf.cast(tf.round(self.lifetime * images), tf.int32))
            least = tf.math.top_k(strength, kept).values[:, -1]  # (maps,)
            maps = ops.where(largest >= least, maps, 0.0)
        return ops.reshape(maps, (-1, code.shape[-1]))

    def _maps(self, code):
        """Number of maps."""
        return self.channels or code.shape[-1]

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {
            "channels": self.channels,
            "spatial": self.spatial,
            "lifetime": self.lifetime,
        }
