"""A feed-forward readout: hidden ReLU layers with dropout on standardised codes.

As in the report "Cognition Computation", section 4, which gives no sizes.
"""

import dataclasses

import keras
import numpy as np

from kerasae.readouts import gradient_fit
from kerasae.readouts.readout import KerasReadout, load_keras, standardising_layer
from kerasae.training.seeding import seeded

load = load_keras
SUFFIX = ".keras"


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes of the hidden layers and how they are trained."""

    hidden: tuple[int, ...] = (512, 512)
    dropout: float = 0.3
    epochs: int = 60
    batch_size: int = 250
    learning_rate: float = 0.001
    patience: int = 8


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Trains the layers; see `gradient_fit.fit`."""
    settings = dataclasses.asdict(config)
    training = {name: settings[name] for name in settings if name not in ("hidden", "dropout")}
    with seeded(seed):
        model = _model(config, codes, num_classes)
        epochs = gradient_fit.fit(model, codes, labels, seed=seed, **training)
    return KerasReadout(model, {**settings, "epochs_run": epochs})


def _model(config: Config, codes: np.ndarray, num_classes: int) -> keras.Model:
    """Codes to scores."""
    inputs = keras.Input(codes.shape[1:], name="code")
    features = standardising_layer(codes)(inputs)
    for number, width in enumerate(config.hidden, start=1):
        features = keras.layers.Dense(width, activation="relu", name=f"hidden_{number}")(features)
        features = keras.layers.Dropout(config.dropout, name=f"dropout_{number}")(features)
    scores = keras.layers.Dense(num_classes, name="scores")(features)
    return keras.Model(inputs, scores, name="ffn")
