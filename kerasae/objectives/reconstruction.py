"""Reconstruction: the model is shown an image and has to give it back."""

import dataclasses
from typing import Literal

from kerasae.config import option
from kerasae.objectives import Objective, ObjectiveConfig, Term


@dataclasses.dataclass(frozen=True)
class Config(ObjectiveConfig):
    """How the difference between image and reconstruction is measured."""

    error: Literal["mse", "l1", "binary_crossentropy", "ssim"] = option(
        "mse",
        "of a reconstruction: squared or absolute difference per pixel; cross-entropy, for models "
        "that end in a sigmoid; or 1 - SSIM, structural similarity",
    )

    @property
    def needs_probabilities(self) -> bool:
        """Whether reconstructions must lie between 0 and 1."""
        return self.error == "binary_crossentropy"


class Reconstruction(Objective):
    """One view, the image as it is; the error of its reconstruction is the only term."""

    def __init__(self, config: Config):
        from kerasae.models import errors

        self.error = errors.ERRORS[config.error]
        self.terms = {self.error.name: Term(self.error.unit)}

    def views(self, images, keys):
        return (images,)

    def values(self, images, seen):
        total = sum(
            self.error.mean(self._wanted(images, view), view.reconstruction) for view in seen
        )
        return {self.error.name: total / len(seen) if len(seen) > 1 else total}

    def _wanted(self, images, view):
        """What the model has to make of a view: the images as they are."""
        return images


def build(config: Config) -> Reconstruction:
    """The objective."""
    return Reconstruction(config)
