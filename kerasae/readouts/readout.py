"""A fitted readout: predicts classes from codes, with the standardisation inside.

Importing this imports no Keras: heads are looked at for their options alone, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import keras
    import numpy as np

PREDICT_BATCH = 4096
# The score of a class that was never seen.
NEVER = -1.7014117331926443e38  # half of float32's least


class Readout(Protocol):
    """What every head's `fit` returns.

    Attributes:
        settings: How it was made, ready for JSON.
    """

    settings: dict[str, Any]

    def predict(self, codes: np.ndarray) -> np.ndarray:
        """Class numbers, int64 `(n,)`, of codes `(n, features)`."""

    def save(self, path: Path) -> None:
        """Writes the head whole, without pickle."""


@dataclasses.dataclass(frozen=True)
class FittedHead:
    """A head of the encoder's own training set, to be applied elsewhere.

    Attributes:
        readout: The head.
        labels: How many labels it learnt from.
    """

    readout: Readout
    labels: int


@dataclasses.dataclass
class KerasReadout:
    """A head as a Keras model from raw codes to one score a class.

    Attributes:
        model: `(batch, features)` float32 codes, not standardised, to
            `(batch, classes)` scores; its first layer standardises.
        settings: How it was made, ready for JSON.
    """

    model: keras.Model
    settings: dict[str, Any]

    def predict(self, codes: np.ndarray) -> np.ndarray:
        import numpy as np

        starts = range(0, len(codes), PREDICT_BATCH)
        batches = (np.asarray(codes[start : start + PREDICT_BATCH]) for start in starts)
        return np.concatenate(
            [self.model(batch, training=False).numpy().argmax(axis=1) for batch in batches]
        )

    def save(self, path: Path) -> None:
        self.model.save(path)


def load_keras(path: Path) -> KerasReadout:
    """Loads a head that `KerasReadout.save` wrote, in Keras's safe mode.

    Raises:
        RunError: where it is missing, damaged or no such head.
    """
    from kerasae.models import saved

    return KerasReadout(saved.load_model(path), {})


def standardising_layer(codes: np.ndarray) -> keras.layers.Layer:
    """Brings codes to mean 0 and standard deviation 1, feature by feature.

    A feature that never changes is left at 0. The statistics are those of
    `codes` and are saved with the layer.
    """
    import keras
    import numpy as np

    mean = codes.mean(axis=0, dtype=np.float64)
    variance = codes.var(axis=0, dtype=np.float64)
    variance[variance == 0] = 1.0
    return keras.layers.Normalization(
        mean=mean.astype(np.float32), variance=variance.astype(np.float32), name="standardise"
    )


def rule_out_absent_classes(scores: keras.layers.Dense, labels: np.ndarray) -> None:
    """A class without an example never wins, however far from all others a code lies."""
    import numpy as np

    kernel, bias = scores.get_weights()
    absent = np.setdiff1d(np.arange(len(bias)), labels)
    kernel[:, absent], bias[absent] = 0, NEVER
    scores.set_weights([kernel, bias])


def can_win(scores: keras.layers.Dense) -> np.ndarray:
    """Which classes `rule_out_absent_classes` left in, boolean `(classes,)`."""
    return scores.get_weights()[1] > NEVER


def classifiers_on(
    encoder: keras.Model, readouts: Mapping[str, KerasReadout]
) -> dict[str, keras.Model]:
    """Encoder and head as one model, for each head; only the heads' variables are trainable.

    The encoder is a copy with weights of its own, so that the autoencoder it came from stays
    trainable, and stays what it is whatever happens here. The models share it and its code: put
    into one model, as `predict.predictions_fn` does, they encode an image once.

    Returns:
        By the heads' names, `(batch, height, width, channels)` float32 in [0, 1] to
        `(batch, classes)` scores.
    """
    import keras

    frozen = keras.models.clone_model(encoder)
    frozen.set_weights(encoder.get_weights())
    frozen.trainable = False
    image = keras.Input(encoder.input.shape[1:], name="image")
    code = frozen(image, training=False)
    return {
        name: keras.Model(image, readout.model(code), name="classifier")
        for name, readout in readouts.items()
    }
