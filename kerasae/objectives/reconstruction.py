"""Reconstruction: the model is shown an image and has to give it back."""

import dataclasses

from kerasae import names

TERMS = {names.MSE_PER_PIXEL: "mean squared error per pixel, images in [0, 1]"}


@dataclasses.dataclass(frozen=True)
class Config:
    """Reconstruction has no options."""


class Reconstruction:
    """The image is input and target; its mean squared error per pixel is the only term."""

    def input_and_target(self, images, keys):
        return images, images

    def terms(self, autoencoder, inputs, targets, reconstructions):
        from kerasae.models.autoencoder import mean_mse_per_pixel

        return {names.MSE_PER_PIXEL: mean_mse_per_pixel(targets, reconstructions)}


def build(config: Config) -> Reconstruction:
    """The objective."""
    return Reconstruction()
