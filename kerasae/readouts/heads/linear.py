"""One softmax layer on standardised codes: the perceptron, or linear probe.

As in the report "Cognition Computation", section 3, trained until it no longer
improves; the same model as multinomial logistic regression.
"""

import dataclasses

import keras
import numpy as np

from kerasae.readouts import gradient_fit
from kerasae.readouts.readout import KerasReadout, load_keras, standardising_layer

load = load_keras
SUFFIX = ".keras"


@dataclasses.dataclass(frozen=True)
class Config:
    """How the layer is trained.

    Attributes:
        penalty: Of the squared weights, beside the summed cross-entropy: half
            of this. 1 is scikit-learn's default, 1 / C; it matters to hundreds
            of codes and not to tens of thousands.
    """

    penalty: float = 1.0
    epochs: int = 100
    batch_size: int = 500
    learning_rate: float = 0.01
    patience: int = 8


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Trains the layer; see `gradient_fit.fit`."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(codes.shape[1:], name="code")
    scores = keras.layers.Dense(
        num_classes,
        kernel_initializer="zeros",
        kernel_regularizer=keras.regularizers.L2(config.penalty / 2 / len(codes)),
        name="scores",
    )(standardising_layer(codes)(inputs))
    model = keras.Model(inputs, scores, name="linear")
    settings = dataclasses.asdict(config)
    training = {name: settings[name] for name in settings if name != "penalty"}
    epochs = gradient_fit.fit(model, codes, labels, seed=seed, **training)
    return KerasReadout(model, {**settings, "epochs_run": epochs})
