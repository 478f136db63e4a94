"""Candidates that are spread evenly over the space, whatever became of earlier ones."""

from keras_tuner.oracles import RandomSearchOracle

from kerasae.tuning.oracle import Proposing, Task


class RandomOracle(Proposing, RandomSearchOracle):
    """Keras Tuner's random search, on a Sobol sequence as in every tuner that draws."""


def make(task: Task) -> RandomOracle:
    """The tuner for a task."""
    return RandomOracle(task, max_trials=None)
