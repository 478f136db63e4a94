"""Training objectives, one file each: what a model is shown, and what is minimised.

A plug-in `objectives/<name>.py` defines

- `Config`: a frozen `ObjectiveConfig` of its options, each made by `config.option`;
- `build(config)`: the `Objective`.

Whatever it shows, the model has to give the image itself back, unless the plug-in
says otherwise. Importing a plug-in imports no TensorFlow: `--help` shows its options
at once.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kerasae import names, registry
from kerasae.options import check_options
from kerasae.run_config import RunConfig
from kerasae.run_flags import OBJECTIVE_PREFIX

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class ObjectiveConfig:
    """Options of an objective, and what it needs of a run.

    An objective says what it needs where the default here isn't enough.
    """

    def __post_init__(self):
        check_options(self, OBJECTIVE_PREFIX)

    @property
    def least_batch(self) -> int:
        """Images that a batch must have."""
        return 1

    @property
    def least_code(self) -> int:
        """Numbers that a code must have."""
        return 1

    @property
    def needs_maps(self) -> bool:
        """Whether the code must be made of maps."""
        return False

    @property
    def needs_probabilities(self) -> bool:
        """Whether reconstructions must lie between 0 and 1."""
        return False

    def bottleneck(self, channels: int | None) -> keras.layers.Layer | None:
        """A layer, named `names.BOTTLENECK`, to stand between code and decoder; by default none.

        Args:
            channels: Maps that the code is made of; None where it is none.
        """
        return None


@dataclasses.dataclass(frozen=True)
class Term:
    """Something that is minimised.

    Attributes:
        unit: Unit and reduction of its value, in words.
        weight: What the value is multiplied by before the terms are added up.
    """

    unit: str
    weight: float = 1.0


@dataclasses.dataclass(frozen=True)
class Seen:
    """A view, and what the model made of it, with gradients.

    Attributes:
        shown: float32 `(batch, height, width, channels)`, as `Objective.views` gives it; what
            `Objective.harden` adds isn't in it.
        code: float32 `(batch, code_size)`.
        reconstruction: float32 `(batch, height, width, channels)`.
        bottleneck: The layer that the objective put between code and decoder.
    """

    shown: tf.Tensor
    code: tf.Tensor
    reconstruction: tf.Tensor
    bottleneck: keras.layers.Layer | None = None


class Objective(abc.ABC):
    """Decides what the model is shown, and measures how far it is from what is wanted.

    An objective derives from it.

    Attributes:
        terms: What is minimised, by name; the sum of values times weights.
    """

    terms: Mapping[str, Term]

    @abc.abstractmethod
    def views(self, images: tf.Tensor, keys: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Part of the input pipeline: what the model is shown of each image.

        Whatever is random must follow from the keys (`kerasae.perturbations.keyed`),
        image by image: then a resumed training goes on to the bit, and neither
        the batch size nor the way that images are stored makes a difference.

        Args:
            images: float32 `(batch, height, width, channels)` in [0, 1]; the
                images of several steps at once.
            keys: int64 `(batch, 3)`: seed, epoch (counted from 0) and position
                in the split, of each image.

        Returns:
            One or more tensors of the images' shape and dtype.
        """

    def harden(
        self, views: tuple[tf.Tensor, ...], encode: Callable[[tf.Tensor], tf.Tensor]
    ) -> tuple[tf.Tensor, ...]:
        """Part of the training step: the views made harder by what the model makes of them.

        By default they are given back as they are.

        Args:
            views: As `views` gives them, a step's part.
            encode: From images to codes `(batch, code_size)`, as the model encodes outside
                training, by the weights before the step.

        Returns:
            As many tensors of the same shape and dtype, without gradients.
        """
        return views

    @abc.abstractmethod
    def values(self, images: tf.Tensor, seen: Sequence[Seen]) -> dict[str, tf.Tensor]:
        """The terms of one step, before they are weighted.

        Args:
            images: As they are, a step's part of them.
            seen: What the model made of each view.

        Returns:
            A float32 scalar for each name in `terms`.
        """


def make(name: str, config: Any) -> Objective:
    """An objective by name.

    Args:
        name: A file of this package.
        config: That file's `Config`.

    Raises:
        ConfigError: for an unknown name.
    """
    return registry.load(registry.OBJECTIVES, name, "--training_objective").build(config)


def bottleneck(config: RunConfig) -> keras.layers.Layer | None:
    """The layer that a run's objective wants between code and decoder, freshly made, or None."""
    return config.objective_config.bottleneck(config.model_config.code_channels)


def in_words(objective: Objective) -> str:
    """What an objective minimises, each term with its weight and unit."""
    terms = (
        f"{term.weight:g} x {names.title(name)} ({term.unit})"
        for name, term in objective.terms.items()
    )
    return f"minimising {' + '.join(terms)}"
