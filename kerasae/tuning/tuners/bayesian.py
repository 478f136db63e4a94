"""Candidates that a Gaussian process expects to be good, or knows little about."""

import functools
import random
import warnings
from collections.abc import Iterable

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
# Up to so many outcomes all count; past it a proposal mustn't take longer with each of them.
ALL = 20
LATER_POOL = 1_000
# Half of them the best, half the last: what the process knows, and what its length scale is
# found by.
KNOWN = 200
FITTED = 80


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

    Trials under way count as if they had ended with the error that the process
    expects of them, so that the next proposal goes elsewhere (Ginsbourger, Le
    Riche, Carraro, "Kriging is well-suited to parallelize optimization", 2010).
    """

    def __init__(self, config: TunerConfig):
        first = len(config.candidates.space.dimensions) + 1
        self._vectors: list[list[float]] = []  # of the outcomes, as far as they were needed
        super().__init__(config, max_trials=None, num_initial_points=first)

    def _make_gpr(self):
        gpr = super()._make_gpr()
        # There is one length scale to find: few starts find it, and each proposal fits anew.
        gpr.n_restarts_optimizer = RESTARTS
        return gpr

    def populate_space(self, trial_id):
        completed = sum(told.handle.status == "COMPLETED" for told in self._outcomes.told)
        if completed < self.num_initial_points:
            return self._random_populate_space()
        if self._known is not None:
            # The process would find the same again, only slowly.
            return {"status": "RUNNING", "values": self._known}
        pool = self._pool()
        process = self._process()
        vectors = self._vectorized(pool)
        mean, deviation = process.predict(vectors, return_std=True)
        for at in np.argsort(mean - self.beta * deviation, kind="stable"):
            config = self.config.candidates.feasible(pool[at])
            if config is not None and config not in self._seen:
                encoded = encoding.encode(self.config.candidates.space, pool[at])
                return {"status": "RUNNING", "values": encoded}
        return self._random_populate_space()

    def _process(self):
        """The process, given the outcomes and what it expects of the trials under way."""
        told = self._outcomes.told
        self._vectors += self._vectorized(one.trial.values for one in told[len(self._vectors) :])
        x, y = np.array(self._vectors), np.array([one.handle.score for one in told])
        with warnings.catch_warnings():
            # A length scale at its bound says that a dimension doesn't matter yet.
            warnings.simplefilter("ignore", ConvergenceWarning)
            few = _best_and_last(y, FITTED) if len(y) > ALL else slice(None)
            process = self.gpr.fit(x[few], y[few])
        if len(y) > FITTED:
            counting = _best_and_last(y, KNOWN)
            x, y = x[counting], y[counting]
            process = self._conditioned(x, y)
        if self._under_way:
            running = self._vectorized(p.values for p in self._under_way.values())
            expected = process.predict(running)
            process = self._conditioned([*x, *running], [*y, *expected])
        return process

    def _conditioned(self, x, y):
        """The process with the length scale that was found, given these points."""
        process = self._make_gpr().set_params(kernel=self.gpr.kernel_, optimizer=None)
        return process.fit(np.array(x), np.array(y))

    def _pool(self) -> list[Values]:
        """Candidates that may be good, some of them infeasible or known."""
        generator = random.Random(self._seed_state)
        space = self.config.candidates.space
        told = self._outcomes.told
        ranked = sorted(told, key=lambda one: one.handle.score)
        best = [one.trial.values for one in ranked[:BEST]]
        pool = []
        for number in range(POOL if len(told) <= ALL else LATER_POOL):
            kept = {}
            if number % 2:
                good = generator.choice(best)
                moved = generator.choice(list(good))
                kept = {name: (value,) for name, value in good.items() if name != moved}
            pool.append(space.sample(generator, kept))
        return pool

    def _vectorized(self, candidates: Iterable[Values]) -> list[list[float]]:
        """Candidates as the process sees them: each dimension in [0, 1], 0 to 1 of its range.

        Where one doesn't count, it has its default.
        """
        space, places = self.config.candidates.space, self._places
        return [
            [
                place(encoding.encode_value(dimension, values[dimension.name]))
                if dimension.name in values
                else default
                for dimension, (place, default) in zip(space.dimensions, places, strict=True)
            ]
            for values in candidates
        ]

    @functools.cached_property
    def _places(self):
        """For each dimension Keras Tuner's place of a value in [0, 1], and that of its default."""
        places = [
            functools.lru_cache(parameter.value_to_prob) for parameter in self._nonfixed_space()
        ]
        defaults = [parameter.default for parameter in self._nonfixed_space()]
        return [(place, place(default)) for place, default in zip(places, defaults, strict=True)]


def _best_and_last(scores: np.ndarray, number: int) -> np.ndarray:
    """Positions of so many scores, ascending: half of them the best ones, half the last ones."""
    if len(scores) <= number:
        return np.arange(len(scores))
    last = np.arange(len(scores) - number // 2, len(scores))
    earlier = np.argsort(scores[: last[0]], kind="stable")[: number - len(last)]
    return np.concatenate([np.sort(earlier), last])
