"""What layers have in common whose noise in training goes on where a checkpoint left it."""

import random

import keras


class RandomInTraining(keras.layers.Layer):
    """A layer with a seed, and a count of its calls in training that is saved with its weights.

    Keras's own random layers save no state, so that a training that goes on
    would see the noise of its first steps again.

    Args:
        seed: Of the noise, 0 or more; None draws one.
        **kwargs: Keras's.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = random.randrange(2**31) if seed is None else seed

    def build(self, input_shape):
        self.calls = self.add_weight(
            name="calls",
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )

    def next_seed(self):
        """The two numbers that TensorFlow's stateless generators want, others at each call."""
        seed = (self.seed, self.calls.value)
        self.calls.assign_add(1)
        return seed

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return super().get_config() | {"seed": self.seed}
