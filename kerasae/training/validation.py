"""The error on held-out images, after each epoch."""

from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.data.split import Split
from kerasae.models.autoencoder import mean_mse_per_pixel
from kerasae.training.execution import ExecutionPlan, batch_of
from kerasae.training.waiting import as_it_is

# Batches whose maps are in memory together.
AT_A_TIME = 2


class Validation:
    """Measures the same images over and over: as they are, whatever the objective does to them.

    Keras's own validation makes its pipeline anew after each epoch, which takes
    as long as two steps; this one keeps it, standing still in between. Batches
    don't depend on each other, so two are computed at a time. Where training
    runs on several devices, one of them measures.
    """

    def __init__(self, model: keras.Model, split: Split, plan: ExecutionPlan):
        """Sets up the pipeline.

        Args:
            model: What is trained; gives reconstructions of images.
            split: The held-out images.
            plan: How training is cut, which is how this is cut too.
        """
        self._num_images = split.num_images
        self._executions = split.steps_per_epoch(plan.images_per_execution)
        # A buffer behind `repeat` would be filled again at once, and held while training goes on.
        self._images = iter(as_it_is(split.batches(plan.images_per_execution).repeat()))

        @tf.function(reduce_retracing=True, autograph=False)
        def total_error(iterator):
            images = next(iterator)

            def add(start, total):
                batch = batch_of(images, start, plan.batch_size)
                error = mean_mse_per_pixel(batch, model(batch, training=False))
                return start + plan.batch_size, total + error * tf.cast(_count(batch), error.dtype)

            return tf.while_loop(
                lambda start, _: start < _count(images),
                add,
                (0, 0.0),
                parallel_iterations=AT_A_TIME,
            )[1]

        self._total_error = total_error

    def mse_per_pixel(self, between: Callable[[], None]) -> float:
        """The mean squared error per pixel over the images, with the weights as they are.

        Args:
            between: Called after every few batches; what it raises ends this.
        """
        total = 0.0
        for _ in range(self._executions):
            total += float(self._total_error(self._images))
            between()
        return total / self._num_images


def _count(images: tf.Tensor) -> tf.Tensor:
    return tf.shape(images)[0]
