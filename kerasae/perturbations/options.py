"""Options of what is done to images, without TensorFlow: `--help` shows them at once."""

import dataclasses
from typing import Literal

from kerasae.bounds import Bounds
from kerasae.config import option, require

LEVEL = 0.3
Kind = Literal["gaussian", "masking", "occlusion", "patches", "salt_and_pepper"]
KIND_HELP = (
    "added and cut off at 0 and 1; pixels, or patches of 4x4, shown black; a grey rectangle; "
    "pixels shown black or white"
)


@dataclasses.dataclass(frozen=True)
class Moves:
    """How far images are moved, at most; each amount is evenly spread up to it, both ways."""

    shift: float = option(0.1, "shift by up to this share of the side", bounds=Bounds(0, 1))
    rotate: float = option(15.0, "turn by up to this many degrees", bounds=Bounds(0, 180))
    scale: float = option(
        0.1, "grow or shrink by up to this share, height and width apart", bounds=Bounds(0, 0.9)
    )
    shear: float = option(10.0, "shear by up to this many degrees", bounds=Bounds(0, 60))
    bend: float = option(
        0.05, "bend smoothly by up to this share of the side", bounds=Bounds(0, 0.5)
    )


@dataclasses.dataclass(frozen=True)
class Noise:
    """How images are spoiled, and how much; see `kerasae.perturbations.noise`."""

    noise: Literal["none", Kind] = option("none", KIND_HELP)
    level: float = option(
        LEVEL,
        "standard deviation of gaussian noise; share of pixels, patches or area of the others",
        bounds=Bounds(0, 1, above=True),
    )
    level_sampled: bool = option(
        False, "each image has a level of its own, evenly spread between 0 and the one given"
    )

    def __post_init__(self):
        super().__post_init__()
        require(
            self.noise != "none" or (self.level == LEVEL and not self.level_sampled),
            "--training_objective.level and --training_objective.level_sampled go with "
            "--training_objective.noise only.",
            level=self.level,
            level_sampled=self.level_sampled,
        )
