"""Everything random follows from one seed, and the caller's random state stays as it was."""

import contextlib
import random
import threading
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.common import global_state
from tensorflow.python.eager import context
from tensorflow.python.framework import config


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """A Keras session of its own in which every generator starts from `seed`.

    Inside, Keras has a fresh session: names are counted from 0 and the dtype
    policy is float32, so that the same seed gives the same model whatever the
    process did before. Afterwards the states of Python's, NumPy's,
    TensorFlow's and Keras's generators, the names that Keras counts and its
    settings are the caller's again. On GPUs operations are deterministic
    inside. Keras's session belongs to the process: other threads share it
    meanwhile.

    Don't yield out of a generator from inside the block: whoever iterates
    would be inside too.

    Args:
        seed: 0 or more.
    """
    with caller_left_alone():
        keras.utils.set_random_seed(seed)
        yield


@contextlib.contextmanager
def caller_left_alone() -> Iterator[None]:
    """As `seeded`, for work whose result no generator decides: loading a model draws from them."""
    with contextlib.ExitStack() as restored:
        restored.callback(random.setstate, random.getstate())
        restored.callback(np.random.set_state, np.random.get_state())
        restored.enter_context(_tensorflow_state_kept())
        restored.enter_context(_fresh_keras_session())
        yield


@contextlib.contextmanager
def _fresh_keras_session() -> Iterator[None]:
    """`keras.utils.clear_session` does the same, but has no way back."""
    trackers = {
        name: getattr(global_state, name)
        for name in ("GLOBAL_STATE_TRACKER", "GLOBAL_SETTINGS_TRACKER")
    }
    try:
        for name in trackers:
            setattr(global_state, name, threading.local())
        yield
    finally:
        for name, tracker in trackers.items():
            setattr(global_state, name, tracker)


@contextlib.contextmanager
def _tensorflow_state_kept() -> Iterator[None]:
    """TensorFlow shows its global seed and its determinism in no public way."""
    eager = context.context()
    seed, generator = eager._seed, getattr(eager, "_rng", None)  # Without a seed there is none.
    deterministic = config.is_op_determinism_enabled()
    try:
        if tf.config.list_physical_devices("GPU"):
            tf.config.experimental.enable_op_determinism()
        yield
    finally:
        eager._seed, eager._rng = seed, generator
        if not deterministic:
            config.disable_op_determinism()
