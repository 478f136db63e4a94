"""A code as the mean of a Gaussian, of which training sees a sample."""

import keras
import tensorflow as tf
from keras import ops

from kerasae.layers.random_in_training import RandomInTraining


@keras.saving.register_keras_serializable(package="kerasae")
class GaussianSample(RandomInTraining):
    """Adds noise to a code in training, as much as it learned to; gives the code itself otherwise.

    The code is the mean of a Gaussian with independent numbers, whose variance
    is predicted from the code by a dense layer, 1 at the start. So the layer
    can stand behind any encoder.

    Args:
        seed: Of the noise, 0 or more; None draws one.

    Input shape:
        `(batch, code_size)`, float32.

    Output shape:
        The same.

    Example:
        >>> code = keras.ops.zeros((3, 5))
        >>> bool(keras.ops.all(GaussianSample(seed=0)(code, training=False) == code))
        True

    Reference:
        Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014. There
        mean and variance are two outputs of the same features.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(seed, dtype="float32", **kwargs)

    def build(self, input_shape):
        self.variance = keras.layers.Dense(
            input_shape[-1], kernel_initializer="zeros", name="log_variance"
        )
        self.variance.build(input_shape)
        super().build(input_shape)

    def call(self, code, training=False):
        if not training:
            return code
        noise = tf.random.stateless_normal(tf.shape(code), self.next_seed())
        return code + ops.exp(0.5 * self.log_variance(code)) * noise

    def log_variance(self, code):
        """Natural logarithm of each number's variance, `(batch, code_size)`."""
        return self.variance(code)

    def get_config(self):
        config = super().get_config()
        config.pop("dtype")
        return config
