"""Every candidate is drawn at random."""

from keras_tuner.oracles import RandomSearchOracle

from kerasae.tuning.oracle import Proposing, Task


class RandomOracle(Proposing, RandomSearchOracle):
    """Keras Tuner's random search."""


def make(task: Task) -> RandomOracle:
    """The tuner for a task."""
    return RandomOracle(task, max_trials=None)
