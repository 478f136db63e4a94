"""The average of the weights over the steps, put in their place where they are looked at and kept.

Keras's optimizers keep it beside the weights (`use_ema`). A checkpoint has the
average as the model's weights, and the weights as the optimizer's average, so
that whoever opens it finds what is measured, and training can go on from it.
"""

import contextlib
from collections.abc import Iterator

import keras


@contextlib.contextmanager
def average_in_place(optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """Weights and their average change places until the block ends."""
    swap(optimizer)
    try:
        yield
    finally:
        swap(optimizer)


def swap(optimizer: keras.optimizers.Optimizer) -> None:
    """Weights and their average change places; nothing happens where none is kept."""
    if not optimizer.use_ema:
        return
    pairs = zip(
        optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True
    )
    for weight, average in pairs:
        value = keras.ops.convert_to_numpy(weight)
        weight.assign(average)
        average.assign(value)
