"""One number for each trial, less is better, since a tuner asks for one.

With one objective it is that objective. With several it is the augmented
Chebyshev norm of all of them, under weights that are sampled anew for each
proposal: every one asks for another part of the Pareto front (ParEGO: J.
Knowles, IEEE Transactions on Evolutionary Computation 10, 2006). Each
objective is first brought to 0 (best so far) to 1 (worst so far) on a
logarithmic scale, on which a halved size counts alike everywhere; ParEGO
itself scales linearly.
"""

import math
from collections.abc import Sequence

import numpy as np

from kerasae.tuning.objectives import Objective
from kerasae.tuning.record import Trial

# Weight of the plain sum beside the maximum; ParEGO's value. It keeps points out that are
# as good in their worst objective and worse in all others.
AUGMENTATION = 0.05
SMALLEST = 1e-9


def losses(trial: Trial, objectives: Sequence[Objective]) -> list[float] | None:
    """One number an objective, less is better; None for a candidate without a result."""
    if not trial.trained:
        return None
    return [objective.loss(trial.numbers[objective.name]) for objective in objectives]


def scores(found: Sequence[list[float] | None], seed: int, proposal: int) -> list[float | None]:
    """A score for each trial as the next proposal should see it.

    Args:
        found: `losses` of all so far.
        seed: Seed of the search.
        proposal: Number of the next proposal; with the seed it gives the weights.
    """
    known = [loss for loss in found if loss is not None]
    if not known:
        return [None] * len(found)
    if len(known[0]) == 1:
        return [None if loss is None else loss[0] for loss in found]
    weights = np.random.default_rng([seed, proposal]).dirichlet(np.ones(len(known[0])))
    logs = np.log(np.maximum(known, SMALLEST))  # (trials, objectives)
    low, span = logs.min(axis=0), np.ptp(logs, axis=0)
    scaled = (logs - low) / np.where(span == 0, 1, span)
    weighted = scaled * weights
    combined = iter((weighted.max(axis=1) + AUGMENTATION * weighted.sum(axis=1)).tolist())
    return [None if loss is None else next(combined) for loss in found]


def worst(found: Sequence[float | None]) -> float | None:
    """The worst finite score; None where there is none."""
    return max((s for s in found if s is not None and math.isfinite(s)), default=None)
