"""Denoising: the model is shown a spoiled image and has to give the clean one back.

Vincent et al., "Extracting and Composing Robust Features with Denoising
Autoencoders", ICML 2008, and JMLR 2010; `patches` as in He et al., "Masked
Autoencoders Are Scalable Vision Learners", CVPR 2022, but every pixel counts in
the error, and a hidden patch is shown black.
"""

import dataclasses
from typing import Literal

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.objectives import reconstruction


@dataclasses.dataclass(frozen=True)
class Config(reconstruction.Config):
    """How images are spoiled, and how much."""

    noise: Literal["gaussian", "masking", "occlusion", "patches", "salt_and_pepper"] = option(
        "gaussian",
        "added and cut off at 0 and 1; pixels, or patches of 4x4, shown black; a grey rectangle; "
        "pixels shown black or white",
    )
    level: float = option(
        0.3,
        "standard deviation of gaussian noise; share of pixels, patches or area of the others",
        bounds=Bounds(0, 1, above=True),
    )


class Denoising(reconstruction.Reconstruction):
    """One view, the spoiled image."""

    def __init__(self, config: Config):
        from kerasae.perturbations import noise

        super().__init__(config)
        self.spoil, self.level = noise.KINDS[config.noise], config.level

    def views(self, images, keys):
        return (self.spoil(images, keys, self.level),)


def build(config: Config) -> Denoising:
    """The objective."""
    return Denoising(config)
