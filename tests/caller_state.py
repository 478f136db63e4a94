"""The state of Python, NumPy, TensorFlow and Keras that a caller of the library has."""

import random
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def sampled() -> tuple[Any, ...]:
    """A number of each generator, a name that Keras counts, and its policy."""
    return (
        random.random(),
        np.random.rand(),
        float(tf.random.uniform(())),
        float(keras.random.uniform(())),
        keras.layers.Dense(1).name,
        keras.config.dtype_policy().name,
    )


def around(work: Callable[[], Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What a caller with a state of its own samples before and after the work."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    keras.config.set_dtype_policy("mixed_bfloat16")
    before = sampled()
    work()
    return before, sampled()
