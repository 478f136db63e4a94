"""The loss on held-out images, after each epoch."""

from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.data.split import Split
from kerasae.training.steps import Calls, batch_of
from kerasae.training.waiting import as_it_is

# Batches whose maps are in memory together.
AT_A_TIME = 2


class Validation:
    """Measures the same images over and over.

    Keras's own validation makes its pipeline anew after each epoch, which takes
    as long as two steps; this one keeps it, standing still in between. Batches
    don't depend on each other, so two are computed at a time. Where training
    runs on several devices, one of them measures.
    """

    def __init__(self, model: keras.Model, split: Split, calls: Calls):
        """Sets up the pipeline.

        Args:
            model: Compiled with its loss; its target is its input.
            split: The held-out images.
            calls: How training is cut, which is how this is cut too.
        """
        self._num_images = split.num_images
        self._number = split.steps_per_epoch(calls.images)
        # A buffer behind `repeat` would be filled again at once, and held while training goes on.
        self._images = iter(as_it_is(split.batches(calls.images).repeat()))

        @tf.function(reduce_retracing=True, autograph=False)
        def total_loss(iterator):
            images = next(iterator)

            def add(start, total):
                batch = batch_of(images, start, calls.batch_size)
                loss = model.compute_loss(x=batch, y=batch, y_pred=model(batch, training=False))
                return start + calls.batch_size, total + loss * tf.cast(_count(batch), loss.dtype)

            return tf.while_loop(
                lambda start, _: start < _count(images),
                add,
                (0, 0.0),
                parallel_iterations=AT_A_TIME,
            )[1]

        self._total_loss = total_loss

    def loss(self, between: Callable[[], None]) -> float:
        """The mean over the images with the weights as they are.

        Args:
            between: Called after every few batches; what it raises ends this.
        """
        total = 0.0
        for _ in range(self._number):
            total += float(self._total_loss(self._images))
            between()
        return total / self._num_images


def _count(images: tf.Tensor) -> tf.Tensor:
    return tf.shape(images)[0]
