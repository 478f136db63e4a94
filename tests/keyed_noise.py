"""An objective with something random in it: an image is shown with noise and has to come back."""

import tensorflow as tf

from kerasae import names
from kerasae.models.autoencoder import mean_mse_per_pixel


class KeyedNoise:
    """Denoising; each image's noise follows from its key."""

    def __init__(self, deviation: float = 0.2):
        self.deviation = deviation

    def input_and_target(self, images, keys):
        shape = tf.shape(images)[1:]

        def noise(key):
            seed, epoch, position = tf.unstack(key)
            return tf.random.stateless_normal(shape, tf.stack([seed * 2**32 + epoch, position]))

        noises = tf.map_fn(noise, keys, fn_output_signature="float32")  # (B, H, W, C)
        return images + self.deviation * noises, images

    def terms(self, autoencoder, inputs, targets, reconstructions):
        return {names.MSE_PER_PIXEL: mean_mse_per_pixel(targets, reconstructions)}
