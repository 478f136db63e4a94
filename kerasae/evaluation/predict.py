"""Predictions of classifiers, compiled once."""

from collections.abc import Callable, Mapping

import keras
import tensorflow as tf

BATCH = 500


def predictions_fn(
    classifiers: Mapping[str, keras.Model],
) -> Callable[[tf.Tensor], dict[str, tf.Tensor]]:
    """Returns a compiled function from images to class numbers, by the classifiers' names.

    What several of them have in common, an encoder, is computed once, see `classifiers_on`.

    Images are float32 `(batch, height, width, channels)` in [0, 1], numbers int64 `(batch,)`.
    """
    together: dict[int, list[str]] = {}
    for name, classifier in classifiers.items():
        together.setdefault(id(classifier.input), []).append(name)
    models = [
        keras.Model(classifiers[names[0]].input, {name: classifiers[name].output for name in names})
        for names in together.values()
    ]

    @tf.function(reduce_retracing=True, autograph=False)
    def predictions(images):
        scores = {}
        for model in models:
            scores |= model(images, training=False)
        return {name: tf.argmax(scores[name], axis=1) for name in classifiers}

    return predictions


def predict_fn(classifier: keras.Model) -> Callable[[tf.Tensor], tf.Tensor]:
    """The same of one classifier, without a name."""
    predictions = predictions_fn({"": classifier})
    return lambda images: predictions(images)[""]
