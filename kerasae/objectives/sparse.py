"""Sparse: reconstruction with a price on every number of the code that isn't 0.

The L1 penalty on activations, as in Olshausen and Field, Nature 1996.
"""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.objectives import Term, reconstruction

CODE_L1 = "code_l1"


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """The price."""

    sparsity_weight: float = option(
        1e-3, "weight of the code's mean absolute value", bounds=Bounds(0, 1e6, above=True)
    )


class Sparse(reconstruction.Reconstruction):
    """Reconstruction with a second term."""

    def __init__(self, config: Config):
        super().__init__(config)
        self.terms[CODE_L1] = Term("mean absolute value of the code", config.sparsity_weight)

    def values(self, images, seen):
        import tensorflow as tf

        (view,) = seen
        return super().values(images, seen) | {CODE_L1: tf.reduce_mean(tf.abs(view.code))}


def build(config: Config) -> Sparse:
    """The objective."""
    return Sparse(config)
