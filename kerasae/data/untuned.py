"""Datasets whose end doesn't wait for the clock of the wall."""

import tensorflow as tf


def untuned(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The dataset without tf.data's autotuning.

    Its thread waits until a time of day: where the system's clock is set back
    meanwhile, the dataset's end waits for it as long as the clock was set back.
    Without it, `tf.data.AUTOTUNE` stands for as many calls as there are cores.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)
