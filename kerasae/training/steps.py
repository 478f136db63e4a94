"""Several training steps in one call from Python.

A call costs about a millisecond, as much as a small model's step, and asking
a dataset for a batch costs a fifth of one. So a dataset yields the images of
several steps at once, and the call cuts them into batches. A call can't be
interrupted and reports nothing until its end, so it stays short.
"""

import dataclasses
import math

import keras
import tensorflow as tf

from kerasae.models import cost

MOST_STEPS = 20
# A quarter of a second on two CPU cores, forward and backward.
MOST_MULTIPLY_ADDS = 4_000_000_000
# Of a call's images in float32; where they are streamed, those of several calls wait.
MOST_BYTES = 2**24


@dataclasses.dataclass(frozen=True)
class Calls:
    """How an epoch is cut into calls, all of the same size but the last.

    Attributes:
        batch_size: Images of a step.
        per_call: Steps of a call.
        epoch_images: Images of an epoch.
    """

    batch_size: int
    per_call: int
    epoch_images: int

    @property
    def images(self) -> int:
        """Images of a call: what the dataset yields at once."""
        return self.batch_size * self.per_call

    @property
    def number(self) -> int:
        """Calls of an epoch."""
        return math.ceil(self.epoch_images / self.images)

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return self.steps_done(self.number - 1)

    def steps_done(self, call: int) -> int:
        """Steps of the epoch that are done after this call, counted from 0."""
        return math.ceil(min((call + 1) * self.images, self.epoch_images) / self.batch_size)


def per_call(model: keras.Model, batch_size: int) -> int:
    """How many steps a call should take.

    Args:
        model: The model that is trained.
        batch_size: Images of a step.
    """
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return 1  # Loops over steps fail on several devices.
    most = (
        MOST_STEPS,
        MOST_MULTIPLY_ADDS // (cost.multiply_adds(model) * batch_size or 1),
        MOST_BYTES // (math.prod(model.input.shape[1:]) * 4 * batch_size),
    )
    return max(1, min(most))


def join(model: keras.Model, batch_size: int, epoch_images: int) -> Calls:
    """Has `fit` take several steps a call.

    To Keras a call is a step: `steps_per_epoch` is the calls' `number`, and the
    dataset yields `images` at once, fewer at an epoch's end. What `compile`
    takes as `steps_per_execution` would cross that end where it doesn't divide
    the steps of an epoch.

    Args:
        model: Compiled with an optimizer and a loss, without metrics.
        batch_size: Images of a step.
        epoch_images: Images of an epoch.
    """
    calls = Calls(batch_size, per_call(model, batch_size), epoch_images)
    if calls.per_call == 1:
        return calls
    model.optimizer.build(model.trainable_variables)  # The loop can't create any.

    @tf.function(reduce_retracing=True, autograph=False)
    def train(iterator):
        images, targets = next(iterator)

        def step(start, _):
            batch = batch_of(images, start, batch_size), batch_of(targets, start, batch_size)
            return start + batch_size, model.train_step(batch)

        return tf.while_loop(
            lambda start, _: start < tf.shape(images)[0],
            step,
            (0, {"loss": 0.0}),
            parallel_iterations=1,
        )[1]

    model.train_function = train
    return calls


def batch_of(call: tf.Tensor, start: tf.Tensor, batch_size: int) -> tf.Tensor:
    """The batch that begins at `start` among the images of a call, or their targets."""
    return call[start : start + batch_size]
