"""What is exported: an autoencoder, and classifiers that stand on its encoder."""

import dataclasses
import functools
from collections.abc import Collection

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import ConfigError
from kerasae.data import images as pixels
from kerasae.models.autoencoder import Autoencoder, mse_per_pixel
from kerasae.names import (
    AUTOENCODER,
    CODE,
    DECODER,
    ENCODER,
    IMAGE,
    MSE_PER_PIXEL,
    RECONSTRUCTION,
    SCORES,
    scores_of,
)
from kerasae.readouts.readout import KerasReadout, Readout, can_win


@dataclasses.dataclass(frozen=True)
class ExportedHead:
    """A readout as a graph.

    Attributes:
        model: Code to one score for each class that it was shown.
        labels: The dataset's number of each of these classes.
        classes: Their names.
    """

    model: keras.Model
    labels: tuple[int, ...]
    classes: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Part:
    """A function from one tensor to one tensor.

    Attributes:
        model: The function.
        given: `image` (in [0, 1], the model's size) or `code`.
        gives: `code`, `reconstruction` or `scores`.
        expected: Its output's name among those of `expected`.
    """

    model: keras.Model
    given: str
    gives: str
    expected: str


@dataclasses.dataclass(frozen=True)
class Exported:
    """An autoencoder with its heads by name; float32 outputs, whatever the policy."""

    autoencoder: Autoencoder
    heads: dict[str, ExportedHead] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def parts(self) -> dict[str, Part]:
        """What can be had as a file of its own, by file name."""
        own = self.autoencoder
        classifiers = {
            f"classifier_{name}": Part(
                keras.Model(own.model.input, head.model(own.encoder.output)),
                IMAGE,
                SCORES,
                scores_of(name),
            )
            for name, head in self.heads.items()
        }
        return {
            ENCODER: Part(own.encoder, IMAGE, CODE, CODE),
            DECODER: Part(own.decoder, CODE, RECONSTRUCTION, RECONSTRUCTION),
            AUTOENCODER: Part(own.model, IMAGE, RECONSTRUCTION, RECONSTRUCTION),
            **classifiers,
        }

    def expected(self, images: np.ndarray, batch: int = 250) -> dict[str, np.ndarray]:
        """What every exported function has to give, by the Keras model.

        Args:
            images: uint8 `(n, height, width, channels)` of the model's size.
            batch: Images at once.

        Returns:
            `image` itself, `code`, `reconstruction`, `mse_per_pixel` `(n,)`
            and `scores_<head>`, float32.
        """
        starts = range(0, len(images), batch)
        answers = [self._answers(images[start : start + batch]) for start in starts]
        joined = {name: np.concatenate([part[name] for part in answers]) for name in answers[0]}
        return {IMAGE: images, **joined}

    def _answers(self, images: np.ndarray) -> dict[str, np.ndarray]:
        own, units = self.autoencoder, pixels.to_unit(images)
        code = own.encoder(units, training=False)
        reconstruction = own.model(units, training=False)
        answers = {
            CODE: code,
            RECONSTRUCTION: reconstruction,
            MSE_PER_PIXEL: mse_per_pixel(units, reconstruction),
        }
        for name, head in self.heads.items():
            answers[scores_of(name)] = head.model(code, training=False)
        return {name: tf.cast(tensor, tf.float32).numpy() for name, tensor in answers.items()}


def exported_head(name: str, readout: Readout, classes: Collection[str]) -> ExportedHead:
    """A readout without the classes that it never saw.

    Those have a score that can't win, a number so low that nothing else would
    be left of an 8-bit range.

    Args:
        name: The head's, for the message.
        readout: A fitted head.
        classes: The dataset's names, indexed by number.

    Raises:
        ConfigError: for a head that is no Keras model.
    """
    if not isinstance(readout, KerasReadout):
        raise ConfigError(
            f"--heads: {name} can't be exported: it is no network, it compares with every "
            "training code. ffn, linear and ridge can."
        )
    scores = readout.model.layers[-1]
    labels = np.flatnonzero(can_win(scores))
    kernel, bias = scores.get_weights()
    fewer = keras.layers.Dense(len(labels), name=SCORES)
    model = keras.Model(readout.model.input, fewer(scores.input), name=name)
    fewer.set_weights([kernel[:, labels], bias[labels]])
    names = tuple(classes)
    return ExportedHead(model, tuple(map(int, labels)), tuple(names[label] for label in labels))
