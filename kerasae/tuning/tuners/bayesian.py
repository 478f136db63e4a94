"""Candidates that a Gaussian process expects to be good, or knows little about."""

import random
import warnings

import numpy as np
from keras_tuner.oracles import BayesianOptimizationOracle
from sklearn.exceptions import ConvergenceWarning

from kerasae.tuning import encoding
from kerasae.tuning.dimension import Values
from kerasae.tuning.oracle import BaseOracle, TunerConfig

ENUMERATES = False
PRUNES = False
PLANS_MAX_TRIALS = False

# Candidates that the process is asked about: half sampled at random, half one step away from the
# best ones so far.
POOL = 2_000
BEST = 5
RESTARTS = 3


class Tuner(BaseOracle, BayesianOptimizationOracle):
    """Keras Tuner's Gaussian process and its lower confidence bound.

    The bound is minimised over real candidates of the space. Keras Tuner's own
    50 gradient searches take seconds for each proposal, run through places
    between the values of a discrete dimension, and may end at a candidate that
    is infeasible or an old one. Asking about random candidates and about
    neighbours of good ones is how SMAC does it (Hutter, Hoos, Leyton-Brown,
    "Sequential model-based optimization", LION 5, 2011).

    The first candidates, one more than there are dimensions, are spread evenly;
    Keras Tuner's three for each dimension are more than many whole searches.
    """

    def __init__(self, config: TunerConfig):
        first = len(config.candidates.space.dimensions) + 1
        super().__init__(config, max_trials=None, num_initial_points=first)

    def _make_gpr(self):
        gpr = super()._make_gpr()
        # There is one length scale to find: few starts find it, and each proposal fits anew.
        gpr.n_restarts_optimizer = RESTARTS
        return gpr

    def populate_space(self, trial_id):
        completed = [trial for trial in self._proposed if trial.status == "COMPLETED"]
        if len(completed) < self.num_initial_points:
            return self._random_populate_space()
        if self._known is not None:
            # The process would find the same again, only slowly.
            return {"status": "RUNNING", "values": self._known}
        pool = self._pool()
        if not pool:
            return self._random_populate_space()
        with warnings.catch_warnings():
            # A length scale at its bound says that a dimension doesn't matter yet.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.gpr.fit(*self._vectorize_trials())
        vectors = np.array([self._vector(values) for values in pool])
        mean, deviation = self.gpr.predict(vectors, return_std=True)
        return {"status": "RUNNING", "values": pool[int(np.argmin(mean - self.beta * deviation))]}

    def _pool(self) -> list[Values]:
        """Feasible candidates that were not proposed yet, as Keras Tuner has them."""
        generator = random.Random(self._seed_state)
        space, candidates = self.config.candidates.space, self.config.candidates
        ranked = sorted(range(len(self._proposed)), key=lambda at: self._proposed[at].score)
        best = [self.outcomes[at].values for at in ranked[:BEST]]
        pool = {}
        for number in range(POOL):
            kept = {}
            if number % 2:
                good = generator.choice(best)
                moved = generator.choice(list(good))
                kept = {name: (value,) for name, value in good.items() if name != moved}
            values = space.sample(generator, kept)
            config = candidates.feasible(values)
            if config is not None and config not in self._seen:
                pool[config] = encoding.encode(space, values)
        return list(pool.values())

    def _vector(self, values: Values) -> list[float]:
        """Values as the process sees them: each in [0, 1], the default where one doesn't count."""
        return [hp.value_to_prob(values.get(hp.name, hp.default)) for hp in self._nonfixed_space()]
