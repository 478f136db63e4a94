"""Winner-take-all: the decoder sees a part of the code only where it is strongest.

Makhzani and Frey, "Winner-Take-All Autoencoders", NeurIPS 2015. `spatial`: of
each map of the code the largest number alone; `lifetime`: each map, or each
number of a code without maps, in a share of a batch's images alone. The encoder
gives the whole code, as there.
"""

import dataclasses

from kerasae import names
from kerasae.bounds import Bounds
from kerasae.config import option, require
from kerasae.objectives import reconstruction


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """Against what a number of the code has to win."""

    lifetime: float = option(
        0.1,
        "share of a batch's images in which each map of the code, or each of its numbers where "
        "they are no maps, goes on to the decoder in training, those in which it is largest; 1 "
        "for all",
        bounds=Bounds(0, 1, above=True),
    )
    spatial: bool = option(
        False,
        "of each map of the code only the largest number goes on to the decoder; for models whose "
        "code is maps, as --model=all_convolutional",
    )

    def __post_init__(self):
        super().__post_init__()
        require(
            self.spatial or self.lifetime < 1,
            "--training_objective.lifetime must be below 1 without --training_objective.spatial, "
            "or nothing ever loses.",
            lifetime=self.lifetime,
            spatial=self.spatial,
        )

    @property
    def needs_maps(self) -> bool:
        """Whether the code must be made of maps."""
        return self.spatial

    def bottleneck(self, channels):
        """Lets the winners through."""
        from kerasae.layers import WinnerTakeAll

        return WinnerTakeAll(channels, self.spatial, self.lifetime, name=names.BOTTLENECK)


def build(config: Config) -> reconstruction.Reconstruction:
    """The objective: plain reconstruction through what goes on."""
    return reconstruction.Reconstruction(config)
