"""Variational: the code is the mean of a Gaussian that stays near the standard one.

Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, with β as in
Higgins et al., "beta-VAE", ICLR 2017. What is minimised is the negative evidence
lower bound divided by the image's pixels and channels, up to a constant, in
nats: with `binary_crossentropy` pixels are Bernoulli, with `mse` Gaussian of
variance 1/2. The exported encoder gives the mean.
"""

import dataclasses
from typing import Literal

from kerasae import names
from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.objectives import Term, reconstruction

KL = "kl_per_pixel"


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """What a pixel's value is given by, and β."""

    error: Literal["binary_crossentropy", "mse"] = option(
        "binary_crossentropy",
        "pixels as Bernoulli variables, for models that end in a sigmoid, or as Gaussian ones of "
        "variance 1/2",
    )
    beta: float = option(
        1.0,
        "weight of the divergence from the standard Gaussian; 1 makes the sum a lower bound",
        bounds=Bounds(0, 1e6, above=True),
    )

    def bottleneck(self, channels):
        """Samples the code in training."""
        from kerasae.layers import GaussianSample

        return GaussianSample(name=names.BOTTLENECK)


class Variational(reconstruction.Reconstruction):
    """One view, the image as it is."""

    def __init__(self, config: Config):
        super().__init__(config)
        unit = "Kullback-Leibler divergence from the standard Gaussian, nats per pixel"
        self.terms[KL] = Term(unit, config.beta)

    def values(self, images, seen):
        import tensorflow as tf

        (view,) = seen
        log_variance = view.bottleneck.log_variance(view.code)  # (B, code)
        divergence = 0.5 * (tf.square(view.code) + tf.exp(log_variance) - 1 - log_variance)
        pixels = images.shape[1] * images.shape[2] * images.shape[3]
        nats = tf.reduce_mean(tf.reduce_sum(divergence, axis=1)) / pixels
        return super().values(images, seen) | {KL: nats}


def build(config: Config) -> Variational:
    """The objective."""
    return Variational(config)
