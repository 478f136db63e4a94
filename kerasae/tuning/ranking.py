"""Completed trials from the best on."""

import numpy as np

from kerasae.tuning import pareto, scoring
from kerasae.tuning.objectives import KNOWN
from kerasae.tuning.record import COMPLETED, Outcome, latest


def ranked(outcomes: list[Outcome], names: tuple[str, ...]) -> list[Outcome]:
    """Completed candidates, the best first.

    With several objectives the Pareto front comes first, then the front
    without it, and so on; each by the first objective. Equals stay in order.
    """
    completed, losses = _completed(outcomes, names)
    if not completed:
        return []
    # With one objective every front is one value, and the order is that of the values.
    depth = pareto.ranks(losses) if len(names) > 1 else np.zeros(len(completed))
    order = sorted(range(len(completed)), key=lambda at: (depth[at], *losses[at], at))
    return [completed[at] for at in order]


def front(outcomes: list[Outcome], names: tuple[str, ...]) -> list[Outcome]:
    """The completed candidates on the Pareto front, by the first objective."""
    completed, losses = _completed(outcomes, names)
    if not completed:
        return []
    on_it = np.flatnonzero(pareto.front(losses))
    return [completed[at] for at in sorted(on_it, key=lambda at: (*losses[at], at))]


def _completed(outcomes, names) -> tuple[list[Outcome], np.ndarray]:
    completed = [outcome for outcome in latest(outcomes) if outcome.status == COMPLETED]
    objectives = [KNOWN[name] for name in names]
    return completed, np.array([scoring.losses(outcome, objectives) for outcome in completed])
