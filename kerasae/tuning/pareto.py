"""Points that no other point beats."""

import numpy as np


def front(losses: np.ndarray) -> np.ndarray:
    """Boolean `(points,)`: whether each point is on the Pareto front.

    A point is off it where another one is at least as good in everything and
    better in something; equal points are on it together.

    Args:
        losses: `(points, objectives)`, less is better.
    """
    losses = np.asarray(losses, float)
    as_good = (losses[:, None] <= losses[None]).all(axis=2)  # [a, b]: a as good as b
    better = (losses[:, None] < losses[None]).any(axis=2)
    return ~(as_good & better).any(axis=0)


def ranks(losses: np.ndarray) -> np.ndarray:
    """0 for the front, 1 for the front of what is left without it, and so on."""
    losses = np.asarray(losses, float)
    found = np.full(len(losses), -1)
    rank = 0
    while (found < 0).any():
        left = np.flatnonzero(found < 0)
        found[left[front(losses[left])]] = rank
        rank += 1
    return found
