"""How far a reconstruction is from its image: one number a batch, each with its unit."""

import dataclasses
from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae import names
from kerasae.models.autoencoder import mean_mse_per_pixel

# Smaller images take a window of their own size.
SSIM_WINDOW = 11


def l1(images: tf.Tensor, reconstructions: tf.Tensor) -> tf.Tensor:
    """Mean absolute difference per pixel and channel."""
    return tf.reduce_mean(tf.abs(reconstructions - images))


def binary_crossentropy(images: tf.Tensor, reconstructions: tf.Tensor) -> tf.Tensor:
    """Mean cross-entropy per pixel and channel, in nats; a pixel is the probability of white.

    Reconstructions are cut off at 1e-7 from 0 and 1. Least where they equal
    the images, but not 0 there unless these are black and white.
    """
    return tf.reduce_mean(keras.losses.binary_crossentropy(images, reconstructions))


def dissimilarity(images: tf.Tensor, reconstructions: tf.Tensor) -> tf.Tensor:
    """1 - SSIM, mean over the images (Wang et al., IEEE TIP 2004)."""
    window = min(SSIM_WINDOW, *images.shape[1:3])
    return 1 - tf.reduce_mean(
        tf.image.ssim(images, reconstructions, max_val=1.0, filter_size=window)
    )


@dataclasses.dataclass(frozen=True)
class Error:
    """A reconstruction error.

    Attributes:
        name: What it is called in histories.
        unit: Its unit and reduction.
        mean: From images and reconstructions, float32 `(batch, height, width, channels)`, to a
            scalar.
    """

    name: str
    unit: str
    mean: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


# By the name of the option.
ERRORS = {
    "mse": Error(
        names.MSE_PER_PIXEL, "mean squared error per pixel, images in [0, 1]", mean_mse_per_pixel
    ),
    "l1": Error("l1_per_pixel", "mean absolute error per pixel, images in [0, 1]", l1),
    "binary_crossentropy": Error(
        "binary_crossentropy_per_pixel", "nats per pixel", binary_crossentropy
    ),
    "ssim": Error("dissimilarity", "1 - SSIM, mean over images", dissimilarity),
}
