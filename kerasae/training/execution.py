"""Several training steps in one call from Python.

A call costs about a millisecond, as much as a small model's step, and asking
a dataset for a batch costs a fifth of one. So a dataset yields the images of
several steps at once, and one execution cuts them into batches. An execution
can't be interrupted and reports nothing until its end, so it stays short.
"""

import dataclasses
import math

import keras
import tensorflow as tf

from kerasae.models import cost

MAX_STEPS = 20
# A quarter of a second on two CPU cores, forward and backward.
MAX_MULTIPLY_ADDS = 4_000_000_000
# Of an execution's images in float32; where they are streamed, those of several executions wait.
MAX_BYTES = 2**24


@dataclasses.dataclass(frozen=True)
class ExecutionPlan:
    """How an epoch is cut into executions, all of the same size but the last.

    Attributes:
        batch_size: Images of a step.
        steps_per_execution: Steps of an execution, 1 or more.
        images_per_epoch: Images of an epoch.
    """

    batch_size: int
    steps_per_execution: int
    images_per_epoch: int

    @property
    def images_per_execution(self) -> int:
        """What the dataset yields at once."""
        return self.batch_size * self.steps_per_execution

    @property
    def executions_per_epoch(self) -> int:
        """To Keras they are the steps of an epoch."""
        return math.ceil(self.images_per_epoch / self.images_per_execution)

    @property
    def steps_per_epoch(self) -> int:
        """Training steps, the last one on as many images as are left."""
        return self.steps_done(self.executions_per_epoch - 1)

    def steps_done(self, execution: int) -> int:
        """Steps of the epoch that are done after this execution, counted from 0."""
        images = min((execution + 1) * self.images_per_execution, self.images_per_epoch)
        return math.ceil(images / self.batch_size)


def steps_per_execution(model: keras.Model, batch_size: int) -> int:
    """How many steps an execution should take.

    Args:
        model: The functional model that is trained.
        batch_size: Images of a step.
    """
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return 1  # Loops over steps fail on several devices.
    most = (
        MAX_STEPS,
        MAX_MULTIPLY_ADDS // (cost.multiply_adds(model) * batch_size or 1),
        MAX_BYTES // (math.prod(model.input.shape[1:]) * 4 * batch_size),
    )
    return max(1, min(most))


def plan(model: keras.Model, batch_size: int, images_per_epoch: int) -> ExecutionPlan:
    """The plan for training this functional model on so many images."""
    return ExecutionPlan(batch_size, steps_per_execution(model, batch_size), images_per_epoch)


def set_train_function(model: keras.Model, plan: ExecutionPlan) -> None:
    """Has `fit` take the steps of an execution where Keras takes one.

    To Keras an execution is a step: `steps_per_epoch` is the plan's
    `executions_per_epoch`, and the dataset yields `images_per_execution` at
    once, fewer at an epoch's end. What `compile` takes as
    `steps_per_execution` would cross that end where it doesn't divide the
    steps of an epoch.

    Args:
        model: Built and compiled with an optimizer.
        plan: How an epoch is cut.
    """
    if plan.steps_per_execution == 1:
        return
    model.optimizer.build(model.trainable_variables)  # The loop can't create any.

    @tf.function(reduce_retracing=True, autograph=False)
    def train(iterator):
        inputs, targets = next(iterator)

        def step(start, _):
            batch = tf.nest.map_structure(
                lambda part: batch_of(part, start, plan.batch_size), (inputs, targets)
            )
            return start + plan.batch_size, model.train_step(batch)

        return tf.while_loop(
            lambda start, _: start < tf.shape(targets)[0],
            step,
            (0, dict.fromkeys(model.metrics_names, 0.0)),
            parallel_iterations=1,
        )[1]

    model.train_function = train


def batch_of(images: tf.Tensor, start: tf.Tensor, batch_size: int) -> tf.Tensor:
    """The batch that begins at `start` among the images of an execution, or their targets."""
    return images[start : start + batch_size]
