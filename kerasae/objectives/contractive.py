"""Contractive: reconstruction with a price on how fast the code moves with the image.

Rifai et al., "Contractive Auto-Encoders", ICML 2011: the squared Frobenius norm
of the encoder's Jacobian. Done differently: it is estimated by the difference
between the codes of an image and of the image with a little Gaussian noise,
which costs one encoding in place of one for each number of the code, and any
encoder can have it.
"""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.objectives import Term, reconstruction

JACOBIAN = "squared_jacobian"
# Standard deviation of the noise, in grey levels of which white has 1.
STEP = 0.01


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """The price."""

    contraction_weight: float = option(
        1e-3,
        "weight of the squared Frobenius norm of the encoder's Jacobian, by numbers of code",
        bounds=Bounds(0, 1e6, above=True),
    )


class Contractive(reconstruction.Reconstruction):
    """Two views, the image and the image with a little noise; only the first is reconstructed."""

    def __init__(self, config: Config):
        super().__init__(config)
        unit = "squared Frobenius norm of the code's derivatives by pixels, divided by code size"
        self.terms[JACOBIAN] = Term(unit, config.contraction_weight)

    def views(self, images, keys):
        import tensorflow as tf

        from kerasae.perturbations import keyed

        size = images.shape[1] * images.shape[2] * images.shape[3]
        noise = tf.reshape(keyed.normal(keys, size, 0), tf.shape(images))
        return images, images + STEP * noise

    def values(self, images, seen):
        import tensorflow as tf

        here, near = seen
        moved = tf.reduce_mean(tf.square((near.code - here.code) / STEP))
        return super().values(images, [here]) | {JACOBIAN: moved}


def build(config: Config) -> Contractive:
    """The objective."""
    return Contractive(config)
