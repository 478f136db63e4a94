"""A linear classifier of scikit-learn's as a Keras model, with the standardisation inside."""

import keras
import numpy as np

from kerasae.readouts.readout import rule_out_absent_classes, standardising_layer


def standardised(codes: np.ndarray) -> np.ndarray:
    """Codes with mean 0 and standard deviation 1, as the model will standardise them."""
    return standardising_layer(codes)(codes).numpy()


def model(
    name: str,
    codes: np.ndarray,
    labels: np.ndarray,
    num_classes: int,
    coefficients: np.ndarray,
    intercepts: np.ndarray,
) -> keras.Model:
    """Puts a fitted classifier's numbers into one dense layer.

    Args:
        name: Name of the model.
        codes: float32 `(n, features)` as they were before they were standardised.
        labels: Integers `(n,)`, from 0; the classes that the classifier knows.
        num_classes: Scores to give, also for classes without an example.
        coefficients: `(classes present, features)`, or `(1, features)` or `(features,)`
            for two.
        intercepts: `(classes present,)`, or `(1,)`.

    Returns:
        `(batch, features)` codes, not standardised, to `(batch, num_classes)` scores.
    """
    present = np.unique(labels)
    kernel, bias = np.atleast_2d(coefficients).T, np.atleast_1d(intercepts)
    if len(present) == 2:  # one score for two classes: its half for the one, against the other
        kernel, bias = np.hstack([-kernel, kernel]) / 2, np.concatenate([-bias, bias]) / 2
    full_kernel = np.zeros((codes.shape[1], num_classes), np.float32)
    full_bias = np.zeros(num_classes, np.float32)
    full_kernel[:, present], full_bias[present] = kernel, bias

    inputs = keras.Input(codes.shape[1:], name="code")
    scores = keras.layers.Dense(num_classes, name="scores")
    whole = keras.Model(inputs, scores(standardising_layer(codes)(inputs)), name=name)
    scores.set_weights([full_kernel, full_bias])
    rule_out_absent_classes(scores, labels)
    return whole
