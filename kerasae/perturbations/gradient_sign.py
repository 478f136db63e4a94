"""One step of a given size along the sign of the loss's gradient, for each image.

Goodfellow, Shlens, Szegedy, "Explaining and Harnessing Adversarial Examples"
(ICLR 2015).
"""

import keras
import tensorflow as tf


def direction_fn(classifier: keras.Model):
    """From images and true labels to the sign of the gradient of the cross-entropy with them.

    Returns:
        A compiled function of float32 `(batch, height, width, channels)` and
        int64 `(batch,)`; its values are -1, 0 and 1, of the images' shape.
    """

    @tf.function(reduce_retracing=True, autograph=False)
    def direction(images, labels):
        with tf.GradientTape() as tape:
            tape.watch(images)
            loss = keras.losses.sparse_categorical_crossentropy(
                labels, classifier(images, training=False), from_logits=True
            )
        return tf.sign(tape.gradient(loss, images))

    return direction


def step(images: tf.Tensor, direction: tf.Tensor, size: float) -> tf.Tensor:
    """The images after one step, clipped to [0, 1]."""
    return tf.clip_by_value(images + size * direction, 0.0, 1.0)
