"""Candidates that are spread evenly over the space, whatever became of earlier ones."""

from keras_tuner.oracles import RandomSearchOracle

from kerasae.tuning.oracle import BaseOracle, TunerConfig

ENUMERATES = False
PRUNES = False
PLANS_MAX_TRIALS = False


class Tuner(BaseOracle, RandomSearchOracle):
    """Keras Tuner's random search, on a Sobol sequence as in every tuner that samples."""

    def __init__(self, config: TunerConfig):
        super().__init__(config, max_trials=None)
