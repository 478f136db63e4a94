"""Fits a Keras head by gradient descent, early-stopped on a part of the training codes."""

import keras
import numpy as np
from sklearn.model_selection import train_test_split

VALIDATION_SHARE = 0.1


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
        model: Codes to logits, `(batch, classes)`; changed in place.
        codes: float32 `(n, features)`.
        labels: Integers `(n,)`.
        seed: Draws the held-out tenth and the order.
        epochs: At most so many.
        batch_size: Codes in a step.
        learning_rate: Of Adam, at the start.
        patience: Epochs without a better held-out loss after which to stop.

    Returns:
        The number of epochs that were run.
    """
    counts = np.bincount(labels)
    stratify = labels if counts[counts > 0].min() >= 2 else None
    kept, held_out = train_test_split(
        np.arange(len(codes)), test_size=VALIDATION_SHARE, random_state=seed, stratify=stratify
    )
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
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
    return len(history.epoch)
