"""k-sparse: the decoder sees only the largest numbers of the code.

Makhzani and Frey, "k-Sparse Autoencoders", ICLR 2014. The encoder gives all
numbers; the decoder keeps the largest, in training and afterwards.
"""

import dataclasses

from kerasae import names
from kerasae.bounds import COUNT
from kerasae.config import option
from kerasae.objectives import reconstruction


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """How many."""

    kept: int = option(10, "numbers of each code that the decoder sees", bounds=COUNT)

    @property
    def least_code(self) -> int:
        """Numbers that a code must have: one more than are kept."""
        return self.kept + 1

    def bottleneck(self, channels):
        """Keeps the largest."""
        from kerasae.layers import KeepLargest

        return KeepLargest(self.kept, name=names.BOTTLENECK)


def build(config: Config) -> reconstruction.Reconstruction:
    """The objective: plain reconstruction through what is kept."""
    return reconstruction.Reconstruction(config)
