"""Features left out at random in training."""

import keras
import tensorflow as tf

from kerasae.layers.random_in_training import RandomInTraining


@keras.saving.register_keras_serializable(package="kerasae")
class Dropout(RandomInTraining):
    """`keras.layers.Dropout` whose training goes on after a checkpoint as if there had been none.

    Args:
        rate: Share of numbers that are set to 0 in training, from 0 to below 1;
            the others are divided by what is left of 1.
        seed: Of the noise, 0 or more; None draws one.

    Input shape:
        Any, floating-point.

    Output shape:
        The same.

    Raises:
        ValueError: for a rate outside of its range.

    Example:
        >>> features = keras.ops.ones((3, 5))
        >>> bool(keras.ops.all(Dropout(0.5)(features, training=False) == features))
        True

    Reference:
        Srivastava et al., "Dropout", JMLR 2014.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(seed, **kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"`rate` must be from 0 to below 1. Received: rate={rate}")
        self.rate = rate

    def call(self, features, training=False):
        if not training:
            return features
        drawn = tf.random.stateless_uniform(tf.shape(features), self.next_seed())
        kept = tf.cast(drawn >= self.rate, features.dtype)
        return features * kept / (1 - self.rate)

    def get_config(self):
        return super().get_config() | {"rate": self.rate}
