"""The loss on held-out images, after each epoch."""

from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.data.split import Split
from kerasae.training.steps import Calls, batch_of


class Validation:
    """Measures the same images over and over.

    Keras's own validation makes its pipeline anew after each epoch, which takes
    as long as two steps; this one keeps it. Batches don't depend on each other,
    so several are computed at a time.
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
        self._images = iter(split.batches(calls.images).repeat())

        @tf.function(reduce_retracing=True)
        def total_loss(iterator):
            images = next(iterator)

            def add(start, total):
                batch = batch_of(images, start, calls.batch_size)
                loss = model.compute_loss(x=batch, y=batch, y_pred=model(batch, training=False))
                return start + calls.batch_size, total + loss * tf.cast(_count(batch), loss.dtype)

            return tf.while_loop(lambda start, _: start < _count(images), add, (0, 0.0))[1]

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
