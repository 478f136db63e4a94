"""Training objectives, one file each: what a model is shown, and what is minimised.

A plug-in `objectives/<name>.py` defines

- `Config`: a frozen dataclass of its options, each with its help;
- `TERMS`: for each term that is minimised its unit, by the term's name;
- `build(config)`: the `Objective`.

Importing one imports no TensorFlow: `--help` shows its options at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kerasae import registry

if TYPE_CHECKING:
    import tensorflow as tf

    from kerasae.models.autoencoder import Autoencoder


class Objective(Protocol):
    """Makes pairs of input and target, and measures how far the model is from what is wanted."""

    def input_and_target(self, images: tf.Tensor, keys: tf.Tensor) -> tuple[Any, Any]:
        """Part of the input pipeline: what the model is shown and what it should make of it.

        Whatever is random must follow from the keys (`tf.random.stateless_*`),
        image by image: then a resumed training goes on to the bit, and neither
        the batch size nor the way that images are stored makes a difference.

        Args:
            images: float32 `(batch, height, width, channels)` in [0, 1]; the
                images of several steps at once.
            keys: int64 `(batch, 3)`: seed, epoch (counted from 0) and position
                in the split, of each image.

        Returns:
            Input and target of the model, of the images' shape and dtype.
        """

    def terms(
        self, autoencoder: Autoencoder, inputs: Any, targets: Any, reconstructions: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """The terms of one step; their sum is minimised.

        Args:
            autoencoder: The model that is trained.
            inputs: As made by `input_and_target`, a step's part of it.
            targets: The same.
            reconstructions: What the model made of the inputs, with gradients.

        Returns:
            A scalar for each name in `TERMS`.
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
