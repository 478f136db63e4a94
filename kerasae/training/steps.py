"""Several training steps in one call from Python.

A call costs about a millisecond, as much as a small model's step. A call
can't be interrupted and reports nothing until its end, so it stays short.
"""

import keras
import tensorflow as tf

from kerasae.models import cost

MOST_STEPS = 20
# A quarter of a second on two CPU cores, forward and backward.
MOST_MULTIPLY_ADDS = 4_000_000_000


def per_call(model: keras.Model, batch_size: int) -> int:
    """How many steps a call should take.

    Args:
        model: The model that is trained.
        batch_size: Images of a step.
    """
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return 1  # Loops over steps fail on several devices.
    short = MOST_MULTIPLY_ADDS // (cost.multiply_adds(model) * batch_size or 1)
    return max(1, min(MOST_STEPS, short))


def join(model: keras.Model, batch_size: int, steps: int) -> None:
    """Has `model.fit` take several steps a call, from a dataset without end.

    What `compile` takes as `steps_per_execution` crosses an epoch's end where
    it doesn't divide the steps of an epoch; here the last call stops short.
    Keras doesn't know, and begins a dataset anew too early whose end it knows.

    Args:
        model: Compiled with an optimizer and a loss, without metrics. Its
            optimizer has done whole epochs of so many steps, or none.
        batch_size: Images of a step.
        steps: Steps of an epoch, `steps_per_epoch` of `fit`.
    """
    count = per_call(model, batch_size)
    if count == 1:
        return
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)  # Nothing can be created inside the loop.

    @tf.function(reduce_retracing=True)
    def train(iterator):
        done = tf.cast(optimizer.iterations.value, tf.int64) % steps
        end = tf.minimum(done + count, steps)
        return tf.while_loop(
            lambda step, _: step < end,
            lambda step, _: (step + 1, model.train_step(next(iterator))),
            (done, {"loss": 0.0}),
            parallel_iterations=1,
        )[1]

    model.steps_per_execution, model.train_function = count, train
