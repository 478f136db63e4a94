"""Options of what is done to images, without TensorFlow: `--help` shows them at once."""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option


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
