"""New candidates, spread evenly over a space."""

import collections
import random
from collections.abc import Container

from keras_tuner import HyperParameters
from scipy.stats import qmc

from kerasae.run_config import RunConfig
from kerasae.tuning import encoding
from kerasae.tuning.candidates import COUNTED, Candidates
from kerasae.tuning.dimension import Values

# Points that may be infeasible or known before a list of what is left is made.
MAX_POINTS = 1_000


class Sampler:
    """Samples at the points of a scrambled Sobol sequence.

    Of a few independent samples, all may well fall on learning rates that are too low, and a
    sequence covers every dimension evenly from its first points on (Bergstra, Bengio, "Random
    search for hyper-parameter optimization", JMLR 13, 2012, compare both).

    Args:
        candidates: The space and what its points mean.
        declared: The space in Keras Tuner's words.
        seed: Scrambles the sequence.
    """

    def __init__(self, candidates: Candidates, declared: HyperParameters, seed: int):
        self._candidates, self._declared = candidates, declared
        self._points = _Points(len(candidates.space.dimensions), seed)

    def sample(self, seen: Container[RunConfig], seed: int) -> Values | None:
        """Values in Keras Tuner's words, of the next point that makes a new model; None of none.

        What is left is listed where points find nothing new.

        Args:
            seen: The runs that aren't new.
            seed: Chooses from that list.
        """
        tried = []
        while len(tried) < MAX_POINTS:
            tried.append(self._points.next())
            values = encoding.at(self._declared, tried[-1])
            if self._is_new(values, seen):
                return values
        space = self._candidates.space
        if space.combinations() <= COUNTED:
            left = [values for values, config in self._candidates.distinct() if config not in seen]
            if left:
                return encoding.encode(space, random.Random(seed).choice(left))
        self._points.put_back(tried)
        return None

    def _is_new(self, values: Values, seen: Container[RunConfig]) -> bool:
        """Whether there is such a run, and it isn't known."""
        config = self._candidates.feasible(encoding.decode(self._candidates.space, values))
        return config is not None and config not in seen


class _Points:
    """A scrambled Sobol sequence, whose points can be put back."""

    def __init__(self, dimensions: int, seed: int):
        self._sequence, self._returned = qmc.Sobol(dimensions, rng=seed), collections.deque()

    def next(self):
        return self._returned.popleft() if self._returned else self._sequence.random(1)[0]

    def put_back(self, points) -> None:
        self._returned.extendleft(reversed(points))
