"""Fits a Keras head by gradient descent along one schedule, to its end.

Nothing is held out and nothing is stopped early: a warm-up and a cosine down to nothing
(Loshchilov and Hutter, "SGDR", ICLR 2017) leave the last epoch the best one, on all labels there
are, in fewer epochs than a constant rate needs; weight decay apart from the gradient (Loshchilov
and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019) keeps the head from learning its
codes by heart.
"""

import math

import keras
import numpy as np

from kerasae.readouts.readout import rule_out_absent_classes
from kerasae.run_config import TrainingConfig
from kerasae.training.execution import steps_per_execution
from kerasae.training.fit import make_optimizer

SCHEDULE = {"learning_rate_schedule": "cosine", "warmup_fraction": 0.05}
# Few codes come in smaller batches, and more often: in less nothing would be learnt.
LEAST_STEPS_AN_EPOCH = 10
LEAST_STEPS = 400


def fit(
    model: keras.Model,
    codes: np.ndarray,
    labels: np.ndarray,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    weight_decay: float,
) -> int:
    """Minimises cross-entropy with Adam.

    Args:
        model: Codes to logits, `(batch, classes)`, the last layer dense;
            changed in place.
        codes: float32 `(n, features)`.
        labels: Integers `(n,)`.
        epochs: Passes over the codes; more where they make less than 400 steps.
        batch_size: Codes in a step, at most; an epoch has at least 10 steps
            where there are codes enough.
        learning_rate: Of Adam, at its highest.
        weight_decay: Share of every weight that is taken off at each step, times the rate.

    Returns:
        The number of epochs that were run.
    """
    batch_size = min(batch_size, max(1, len(codes) // LEAST_STEPS_AN_EPOCH))
    steps = math.ceil(len(codes) / batch_size)
    epochs = max(epochs, math.ceil(LEAST_STEPS / steps))
    training = TrainingConfig(learning_rate=learning_rate, weight_decay=weight_decay, **SCHEDULE)
    model.compile(
        optimizer=make_optimizer(training, epochs * steps),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=steps_per_execution(model, batch_size),
        jit_compile=False,
    )
    model.fit(codes, labels, epochs=epochs, batch_size=batch_size, verbose=0)
    rule_out_absent_classes(model.layers[-1], labels)
    return epochs
