"""How many training steps go into one call from Python.

A call costs about a millisecond, as much as a small model's step. A call
can't be interrupted and reports nothing until its end, so it stays short.
"""

import keras

from kerasae.models import cost

MOST_STEPS = 20
# A quarter of a second on two CPU cores, forward and backward.
MOST_MULTIPLY_ADDS = 4_000_000_000


def per_call(model: keras.Model, batch_size: int, steps: int) -> int:
    """Steps of a call: a divisor of an epoch's, since Keras would cross the epoch's end.

    Args:
        model: The model that is trained.
        batch_size: Images of a step.
        steps: Steps of an epoch.
    """
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return 1  # Keras's loop over steps fails on several devices.
    short = MOST_MULTIPLY_ADDS // (cost.multiply_adds(model) * batch_size or 1)
    most = max(1, min(MOST_STEPS, short, steps))
    return next(count for count in range(most, 0, -1) if steps % count == 0)
