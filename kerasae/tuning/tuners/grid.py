"""Every candidate of a discrete space, one after the other.

Keras Tuner's own grid can't resume (keras-tuner issue 1055) and knows nothing
of combinations that make no sense.
"""

from keras_tuner import Oracle

from kerasae.tuning import encoding
from kerasae.tuning.oracle import BaseOracle, TunerConfig

ENUMERATES = True
PRUNES = False
PLANS_MAX_TRIALS = False


class Tuner(BaseOracle, Oracle):
    """In the order of the space's file, the last dimension moving first."""

    enumerates = ENUMERATES

    def __init__(self, config: TunerConfig):
        super().__init__(config, max_trials=None)
        self._points = config.candidates.distinct()

    def populate_space(self, trial_id):
        for values, _ in self._points:
            encoded = encoding.encode(self.config.candidates.space, values)
            return {"status": "RUNNING", "values": encoded}
        return {"status": "STOPPED"}
