"""The one order of a search's trials, from the best on."""

from collections.abc import Iterable, Sequence

import numpy as np

from kerasae.tuning import pareto
from kerasae.tuning.objectives import Objective
from kerasae.tuning.record import COMPLETED, Trial, latest


def ranked(
    trials: Iterable[Trial], objectives: Sequence[Objective], count: int | None = None
) -> list[Trial]:
    """Completed candidates, the best first.

    With several objectives the Pareto front comes first, then the front
    without it, and so on; each by the first objective. Ties are broken by the
    other objectives, then by the candidate's number.

    Args:
        trials: Of which the last one of a candidate counts.
        objectives: What they are ranked by.
        count: How many of the best there should be; all where not given.
    """
    completed, losses = _completed(trials, objectives)
    if not completed:
        return []
    # With one objective every front is one value, and the order is that of the values.
    depth = pareto.ranks(losses, count) if len(objectives) > 1 else np.zeros(len(completed))
    return [completed[at] for at in _order(losses, depth)[:count]]


def front(trials: Iterable[Trial], objectives: Sequence[Objective]) -> list[Trial]:
    """The completed candidates on the Pareto front, ordered as in `ranked`."""
    completed, losses = _completed(trials, objectives)
    if not completed:
        return []
    on_it = np.flatnonzero(pareto.front(losses))
    return [completed[on_it[at]] for at in _order(losses[on_it])]


def order_in_words(objectives: Sequence[Objective]) -> str:
    """The order of `ranked`, as a heading says it."""
    first = objectives[0].label
    if len(objectives) == 1:
        return f"by {first}"
    return f"the Pareto front first, then the front of the rest, each by {first}"


def _order(losses: np.ndarray, *before: np.ndarray) -> np.ndarray:
    """Positions by the keys before the losses, then by each loss, then by position."""
    return np.lexsort([*losses.T[::-1], *reversed(before)])


def _completed(trials, objectives) -> tuple[list[Trial], np.ndarray]:
    """Completed candidates by number, and their losses, `(candidates, objectives)`."""
    completed = [trial for trial in latest(trials) if trial.status == COMPLETED]
    columns = [[one.loss(trial.numbers[one.name]) for trial in completed] for one in objectives]
    return completed, np.array(columns).T
