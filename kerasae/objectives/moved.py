"""Moved: the model is shown the image moved a little and has to give it back upright.

The moves are those of Simard, Steinkraus and Platt, ICDAR 2003; the clean image
as the target of a changed one is Vincent et al., ICML 2008.
"""

import dataclasses

from kerasae.objectives import reconstruction
from kerasae.perturbations.options import Moves


@dataclasses.dataclass(frozen=True)
class Config(Moves, reconstruction.Config):
    """How far images are moved, and the error of reconstructions."""


class Moved(reconstruction.Reconstruction):
    """One view, the moved image."""

    def __init__(self, config: Config):
        super().__init__(config)
        self.config = config

    def views(self, images, keys):
        from kerasae.perturbations import moves

        return (moves.move(images, keys, self.config, stream=0),)


def build(config: Config) -> Moved:
    """The objective."""
    return Moved(config)
