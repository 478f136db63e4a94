"""What a classifier answers, compiled once."""

from collections.abc import Callable

import keras
import tensorflow as tf

BATCH = 500


def answering(classifier: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """From images, float32 `(batch, height, width, channels)`, to class numbers, int64."""

    @tf.function(reduce_retracing=True)
    def answers(images):
        return tf.argmax(classifier(images, training=False), axis=1)

    return answers
