"""Points that no other point beats."""

import numpy as np


def front(losses: np.ndarray) -> np.ndarray:
    """Boolean `(points,)`: whether each point is on the Pareto front.

    A point is off it where another one is at least as good in everything and
    better in something; equal points are on it together.

    Takes time by the number of points times that of those on the front.

    Args:
        losses: `(points, objectives)`, less is better.
    """
    losses = np.asarray(losses, float)
    on_it = np.zeros(len(losses), bool)
    left = np.lexsort(losses.T[::-1])
    while len(left):
        # What beats the first point comes before it, and whatever came before beats none of these.
        first, others = losses[left[0]], losses[left[1:]]
        on_it[left[0]] = True
        beaten = (others >= first).all(axis=1) & (others > first).any(axis=1)
        left = left[1:][~beaten]
    return on_it


def ranks(losses: np.ndarray, count: int | None = None) -> np.ndarray:
    """0 for the front, 1 for the front of what is left without it, and so on.

    Args:
        losses: As of `front`.
        count: Points of so many fronts as hold as many points are ranked, all others have the
            next rank; all are ranked where it is not given.
    """
    losses = np.asarray(losses, float)
    found = np.zeros(len(losses), int)
    left, enough = np.arange(len(losses)), len(losses) if count is None else count
    while len(losses) - len(left) < enough and len(left):
        left = left[~front(losses[left])]
        found[left] += 1
    return found
