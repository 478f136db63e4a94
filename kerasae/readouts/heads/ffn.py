"""A feed-forward readout: hidden ReLU layers with dropout on standardised codes.

As in the report "Cognition Computation", section 4, which gives no sizes.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from kerasae.bounds import BATCH, EPOCHS, FRACTION, RATE, Bounds
from kerasae.config import option
from kerasae.options import check_options
from kerasae.readouts.readout import KerasReadout, load_keras, standardising_layer

if TYPE_CHECKING:
    import keras
    import numpy as np

load = load_keras
SUFFIX = ".keras"
EXPORTABLE = True
# What an exported classifier gives.
SCORES = "logits: a softmax makes probabilities of them"


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes of the hidden layers and how they are trained."""

    hidden: tuple[int, ...] = option(
        (512, 512),
        "units of each hidden layer; none where empty",
        bounds=Bounds(1, 2**12, items=16),
    )
    dropout: float = option(0.3, "share of hidden units left out in a step", bounds=FRACTION)
    epochs: int = option(20, "passes over the training codes, at least", bounds=EPOCHS)
    batch_size: int = option(250, "codes in one step, at most", bounds=BATCH)
    learning_rate: float = option(
        0.002, "the learning rate of Adam, at its highest; a cosine ends it at 0", bounds=RATE
    )
    weight_decay: float = option(
        0.01,
        "share of every weight that is taken off at each step, times the learning rate",
        bounds=FRACTION,
    )

    def __post_init__(self):
        check_options(self, "ffn.")


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Trains the layers; see `gradient_fit.fit`."""
    from kerasae.readouts import gradient_fit
    from kerasae.training.seeding import seeded

    settings = dataclasses.asdict(config)
    training = {name: settings[name] for name in settings if name not in ("hidden", "dropout")}
    with seeded(seed):
        model = _model(config, codes, num_classes)
        epochs = gradient_fit.fit(model, codes, labels, **training)
    return KerasReadout(model, {**settings, "epochs_run": epochs})


def _model(config: Config, codes: np.ndarray, num_classes: int) -> keras.Model:
    """Codes to scores."""
    import keras

    inputs = keras.Input(codes.shape[1:], name="code")
    features = standardising_layer(codes)(inputs)
    for number, width in enumerate(config.hidden, start=1):
        features = keras.layers.Dense(width, activation="relu", name=f"hidden_{number}")(features)
        features = keras.layers.Dropout(config.dropout, name=f"dropout_{number}")(features)
    scores = keras.layers.Dense(num_classes, name="scores")(features)
    return keras.Model(inputs, scores, name="ffn")
