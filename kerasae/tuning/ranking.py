"""The one order of a search's trials, from the best on."""

from collections.abc import Sequence

import numpy as np

from kerasae.tuning import pareto, scoring
from kerasae.tuning.objectives import Objective
from kerasae.tuning.record import COMPLETED, Trial, latest


def ranked(trials: Sequence[Trial], objectives: Sequence[Objective]) -> list[Trial]:
    """Completed candidates, the best first.

    With several objectives the Pareto front comes first, then the front
    without it, and so on; each by the first objective. Ties are broken by the
    other objectives, then by the candidate's number.
    """
    completed, losses = _completed(trials, objectives)
    if not completed:
        return []
    # With one objective every front is one value, and the order is that of the values.
    depth = pareto.ranks(losses) if len(objectives) > 1 else np.zeros(len(completed))
    order = sorted(range(len(completed)), key=lambda at: (depth[at], *losses[at], at))
    return [completed[at] for at in order]


def front(trials: Sequence[Trial], objectives: Sequence[Objective]) -> list[Trial]:
    """The completed candidates on the Pareto front, ordered as in `ranked`."""
    completed, losses = _completed(trials, objectives)
    if not completed:
        return []
    on_it = np.flatnonzero(pareto.front(losses))
    return [completed[at] for at in sorted(on_it, key=lambda at: (*losses[at], at))]


def order_in_words(objectives: Sequence[Objective]) -> str:
    """The order of `ranked`, as a heading says it."""
    first = objectives[0].label
    if len(objectives) == 1:
        return f"by {first}"
    return f"the Pareto front first, then the front of the rest, each by {first}"


def _completed(trials, objectives) -> tuple[list[Trial], np.ndarray]:
    """Completed candidates by number, and their losses, `(candidates, objectives)`."""
    completed = [trial for trial in latest(trials) if trial.status == COMPLETED]
    completed.sort(key=lambda trial: int(trial.trial_id))
    return completed, np.array([scoring.losses(trial, objectives) for trial in completed])
