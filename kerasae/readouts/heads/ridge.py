"""Ridge regression onto class indicators, in closed form: no optimiser, no randomness.

One-against-all targets of -1 and 1 on standardised codes, the penalty chosen
by leave-one-out error, as scikit-learn's `RidgeClassifierCV` does.
"""

import dataclasses

import keras
import numpy as np
from sklearn.linear_model import RidgeClassifierCV
from sklearn.preprocessing import StandardScaler

from kerasae.readouts.readout import (
    KerasReadout,
    load_keras,
    rule_out_absent_classes,
    standardising_layer,
)

load = load_keras
SUFFIX = ".keras"


@dataclasses.dataclass(frozen=True)
class Config:
    """The penalties to choose from."""

    penalties: tuple[float, ...] = (0.01, 1.0, 100.0, 1_000.0, 10_000.0)


def fit(
    config: Config, codes: np.ndarray, labels: np.ndarray, num_classes: int, seed: int
) -> KerasReadout:
    """Solves for the weights and puts them into a Keras model; `seed` makes no difference."""
    present = np.unique(labels)
    standardised = StandardScaler().fit_transform(codes.astype(np.float64))
    ridge = RidgeClassifierCV(alphas=config.penalties).fit(standardised, labels)
    kernel, bias = np.atleast_2d(ridge.coef_).T, ridge.intercept_
    if len(present) == 2:  # scikit-learn fits one score for two classes
        kernel, bias = np.hstack([-kernel, kernel]), np.concatenate([-bias, bias])
    full_kernel = np.zeros((codes.shape[1], num_classes), np.float32)
    full_bias = np.zeros(num_classes, np.float32)
    full_kernel[:, present], full_bias[present] = kernel, bias

    inputs = keras.Input(codes.shape[1:], name="code")
    layer = keras.layers.Dense(num_classes, name="scores")
    model = keras.Model(inputs, layer(standardising_layer(codes)(inputs)), name="ridge")
    layer.set_weights([full_kernel, full_bias])
    rule_out_absent_classes(layer, labels)
    return KerasReadout(model, {**dataclasses.asdict(config), "penalty": float(ridge.alpha_)})
