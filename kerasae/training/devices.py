"""Training on several GPUs of one machine."""

import contextlib

import tensorflow as tf

from kerasae.config import require


def scope(mirrored: bool) -> contextlib.AbstractContextManager:
    """Where a model is to be built: on every GPU of this machine, or as TensorFlow places it.

    A model built inside trains on all of them: each takes its share of every
    batch, and the gradients are averaged. Across machines Keras 3 can't train
    one model on TensorFlow, so that is not offered.

    Raises:
        ConfigError: where there are fewer than two.
    """
    if not mirrored:
        return contextlib.nullcontext()
    gpus = tf.config.list_physical_devices("GPU")
    require(len(gpus) >= 2, "--mirrored needs two GPUs or more.", gpus=len(gpus))
    return tf.distribute.MirroredStrategy().scope()
