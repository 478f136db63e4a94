"""An autoencoder to export, with classifiers that stand on its encoder."""

import dataclasses
import functools
from collections.abc import Collection

import keras
import numpy as np
import tensorflow as tf

from kerasae.data import pixels
from kerasae.exporting.contents import PRECISIONS, Contents
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
    classifier_of,
    scores_of,
)
from kerasae.readouts.readout import KerasReadout, can_win


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
class Exported:
    """An autoencoder with its heads by name; float32 outputs, whatever the policy.

    Attributes:
        autoencoder: The model.
        heads: Its classifiers.
        precisions: Of files that come in several, see `contents.PRECISIONS`.
        fit: How images of other sizes come to the model's, and the colour of a border, as
            the run's images did: `fit` and `background` of `pixels.fit`.
    """

    autoencoder: Autoencoder
    heads: dict[str, ExportedHead] = dataclasses.field(default_factory=dict)
    precisions: tuple[str, ...] = PRECISIONS
    fit: tuple[str, str] = ("stretch", "black")

    @property
    def contents(self) -> Contents:
        """What it holds, by name."""
        return Contents(tuple(self.heads), self.precisions)

    @functools.cached_property
    def models(self) -> dict[str, keras.Model]:
        """The models of `contents.parts`."""
        own = self.autoencoder
        classifiers = {
            classifier_of(name): keras.Model(own.model.input, head.model(own.encoder.output))
            for name, head in self.heads.items()
        }
        return {ENCODER: own.encoder, DECODER: own.decoder, AUTOENCODER: own.model, **classifiers}

    def expected(self, images: np.ndarray, batch: int = 250) -> dict[str, np.ndarray]:
        """Outputs of the Keras model, which every exported function has to give.

        Args:
            images: uint8 `(n, height, width, channels)` of the model's size.
            batch: Images at once.

        Returns:
            `image` itself, `code`, `reconstruction`, `mse_per_pixel` `(n,)`
            and `scores_<head>`, float32.
        """
        starts = range(0, len(images), batch)
        parts = [self._outputs(images[start : start + batch]) for start in starts]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return {IMAGE: images, **joined}

    def _outputs(self, images: np.ndarray) -> dict[str, np.ndarray]:
        own, scaled = self.autoencoder, pixels.to_unit(images)
        code = own.encoder(scaled, training=False)
        reconstruction = own.model(scaled, training=False)
        outputs = {
            CODE: code,
            RECONSTRUCTION: reconstruction,
            MSE_PER_PIXEL: mse_per_pixel(scaled, reconstruction),
        }
        for name, head in self.heads.items():
            outputs[scores_of(name)] = head.model(code, training=False)
        return {name: tf.cast(tensor, tf.float32).numpy() for name, tensor in outputs.items()}


def exported_head(name: str, readout: KerasReadout, classes: Collection[str]) -> ExportedHead:
    """A readout as a graph, without the classes that it never saw.

    Those have a score that can't win, a number so low that nothing else would
    be left of an 8-bit range.

    Args:
        name: Name of the head.
        readout: A fitted head, of those that are `EXPORTABLE`.
        classes: Names of the dataset's classes, indexed by number.
    """
    scores = readout.model.layers[-1]
    labels = np.flatnonzero(can_win(scores))
    kernel, bias = scores.get_weights()
    fewer = keras.layers.Dense(len(labels), name=SCORES)
    model = keras.Model(readout.model.input, fewer(scores.input), name=name)
    fewer.set_weights([kernel[:, labels], bias[labels]])
    names = tuple(classes)
    return ExportedHead(model, tuple(map(int, labels)), tuple(names[label] for label in labels))
