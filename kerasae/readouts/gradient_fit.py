"""Fits a Keras head by gradient descent, early-stopped on a part of the training codes."""

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from kerasae.readouts.readout import rule_out_absent_classes
from kerasae.training.execution import steps_per_execution

VALIDATION_SHARE = 0.1
# Few codes come in smaller batches: with 3 steps an epoch nothing would be learnt in time.
LEAST_STEPS = 10


def fit(
    model: keras.Model,
    codes: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    patience: int,
) -> int:
    """Minimises cross-entropy with Adam; keeps the epoch with the least held-out loss.

    The learning rate is halved when the held-out loss stands still for half the
    patience.

    Args:
        model: Codes to logits, `(batch, classes)`, the last layer dense;
            changed in place.
        codes: float32 `(n, features)`.
        labels: Integers `(n,)`.
        seed: Draws the held-out tenth and the order.
        epochs: At most so many.
        batch_size: Codes in a step, at most; an epoch has at least 10 steps
            where there are codes enough.
        learning_rate: Of Adam, at the start.
        patience: Epochs without a better held-out loss after which to stop.

    Returns:
        The number of epochs that were run.
    """
    kept, held_out = _hold_out(labels, seed)
    batch_size = min(batch_size, max(1, len(kept) // LEAST_STEPS))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=steps_per_execution(model, batch_size),
        jit_compile=False,
    )
    history = model.fit(
        codes[kept],
        labels[kept],
        validation_data=(codes[held_out], labels[held_out]),
        epochs=epochs,
        batch_size=batch_size,
        verbose=0,
        callbacks=[
            keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=max(1, patience // 2)),
            keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
        ],
    )
    rule_out_absent_classes(model.layers[-1], labels)
    return len(history.epoch)


def _hold_out(labels: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions to train on and to stop on, with the same classes in both where they suffice."""
    _, counts = np.unique(labels, return_counts=True)
    suffice = min(counts) >= 2 and len(labels) * VALIDATION_SHARE >= len(counts)
    return train_test_split(
        np.arange(len(labels)),
        test_size=VALIDATION_SHARE,
        random_state=seed,
        stratify=labels if suffice else None,
    )
