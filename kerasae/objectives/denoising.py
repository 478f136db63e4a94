"""Denoising: the model is shown a spoiled image and has to give the clean one back.

Vincent et al., "Extracting and Composing Robust Features with Denoising
Autoencoders", ICML 2008, and JMLR 2010; `patches` as in He et al., "Masked
Autoencoders Are Scalable Vision Learners", CVPR 2022, but every pixel counts in
the error, and a hidden patch is shown black.
"""

import dataclasses

from kerasae.config import option
from kerasae.objectives import reconstruction
from kerasae.perturbations.options import KIND_HELP, Kind, Noise


@dataclasses.dataclass(frozen=True)
class Config(Noise, reconstruction.Config):
    """How images are spoiled, and how much."""

    noise: Kind = option("gaussian", KIND_HELP)


class Denoising(reconstruction.Reconstruction):
    """One view, the spoiled image."""

    def __init__(self, config: Config):
        super().__init__(config)
        self.config = config

    def views(self, images, keys):
        from kerasae.perturbations import noise

        return (noise.spoil(images, keys, self.config, stream=0),)


def build(config: Config) -> Denoising:
    """The objective."""
    return Denoising(config)
