"""How long a training step stands waiting for its data."""

from collections.abc import Callable

import tensorflow as tf


def as_it_is(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The dataset without the buffer and the threads that TensorFlow would add by itself."""
    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False
    options.experimental_optimization.map_parallelization = False
    return dataset.with_options(options)


class InputWait:
    """Measures the time between asking a dataset for a batch and getting it.

    A `zip` asks its members one after the other, so a timestamp zipped before
    the dataset is taken right when the step asks, on the step's own thread,
    and another one is taken when the batch has come. No buffer may follow, or
    it would ask ahead of the step.

    Args:
        now: Seconds since any moment, as a float64 tensor; called in a graph.
    """

    def __init__(self, now: Callable[[], tf.Tensor] = tf.timestamp):
        self._now = now
        self._seconds = tf.Variable(0.0, dtype=tf.float64, trainable=False)

    @property
    def seconds(self) -> float:
        """Seconds waited so far."""
        return float(self._seconds)

    def measured(self, dataset: tf.data.Dataset) -> tf.data.Dataset:
        """The same elements, with the wait for each one added up."""
        asked_at = tf.data.Dataset.range(1).repeat().map(lambda _: self._now())

        def add_up(asked, element):
            # A clock that was set back meanwhile says nothing of this wait.
            self._seconds.assign_add(tf.nn.relu(self._now() - asked))
            return element

        return as_it_is(tf.data.Dataset.zip((asked_at, dataset)).map(add_up))
