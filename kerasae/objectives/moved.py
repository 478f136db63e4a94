"""Moved: the model is shown the image moved a little, and has to give it back upright.

The moves are those of Simard, Steinkraus and Platt, ICDAR 2003; the clean image
as the target of a changed one is Vincent et al., ICML 2008. Noise may come on top of the moves.
"""

import dataclasses

from kerasae.objectives import reconstruction
from kerasae.perturbations.options import Moves, Noise


@dataclasses.dataclass(frozen=True)
class Config(Moves, Noise, reconstruction.Config):
    """How far images are moved and how spoiled, and the error of reconstructions."""


class Moved(reconstruction.Reconstruction):
    """One view, the moved image."""

    def __init__(self, config: Config):
        super().__init__(config)
        self.config = config

    def views(self, images, keys):
        from kerasae.perturbations import views

        return (views.view(images, keys, self.config, number=0),)


def build(config: Config) -> Moved:
    """The objective."""
    return Moved(config)
