"""Every candidate of a discrete space, one after the other.

Keras Tuner's own grid can't resume (keras-tuner issue 1055) and knows nothing
of combinations that make no sense.
"""

from keras_tuner import Oracle

from kerasae.tuning import encoding
from kerasae.tuning.oracle import Proposing, Task


class GridOracle(Proposing, Oracle):
    """In the order of the space's file, the last dimension moving first."""

    enumerates = True

    def __init__(self, task: Task):
        super().__init__(task, max_trials=None)
        self._points = task.candidates.distinct()

    def populate_space(self, trial_id):
        for values, _ in self._points:
            encoded = encoding.encode(self.task.candidates.space, values)
            return {"status": "RUNNING", "values": encoded}
        return {"status": "STOPPED"}


def make(task: Task) -> GridOracle:
    """The tuner for a task, whose space has no continuous range."""
    return GridOracle(task)
