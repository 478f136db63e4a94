"""Predictions of a classifier, compiled once."""

from collections.abc import Callable

import keras
import tensorflow as tf

BATCH = 500


def predict_fn(classifier: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """Returns a compiled function from images to class numbers.

    Images are float32 `(batch, height, width, channels)` in [0, 1], numbers int64 `(batch,)`.
    """

    @tf.function(reduce_retracing=True)
    def predictions(images):
        return tf.argmax(classifier(images, training=False), axis=1)

    return predictions
