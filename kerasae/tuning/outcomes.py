"""What became of the proposals of a tuner, as far as it was told."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from kerasae.tuning import scoring
from kerasae.tuning.objectives import Objective
from kerasae.tuning.record import REJECTED, Trial


@dataclasses.dataclass(frozen=True)
class Told:
    """The outcome of a proposal.

    Attributes:
        trial: What became of it.
        losses: One number an objective, less is better; None of a candidate without a result.
        handle: Keras Tuner's trial.
    """

    trial: Trial
    losses: list[float] | None
    handle: Any


class Outcomes:
    """Outcomes in the order in which they were told.

    Args:
        objectives: What to improve.

    Attributes:
        told: All of them.
        latest: The last one of each candidate by its number, in the order of their first ones.
        rejected_in_a_row: Number of the last candidates that were all rejected.
    """

    def __init__(self, objectives: Sequence[Objective]):
        self.told: list[Told] = []
        self.latest: dict[str, Trial] = {}
        self.rejected_in_a_row = 0
        self._objectives = objectives

    def add(self, trial: Trial, handle: Any) -> None:
        """Takes what became of a proposal, and Keras Tuner's trial of it."""
        self.told.append(Told(trial, scoring.losses(trial, self._objectives), handle))
        if trial.trial_id not in self.latest:
            rejected = trial.status == REJECTED
            self.rejected_in_a_row = self.rejected_in_a_row + 1 if rejected else 0
        self.latest[trial.trial_id] = trial

    @property
    def counted(self) -> int:
        """Number of candidates that count towards `max_trials`: all but the rejected ones."""
        return sum(trial.status != REJECTED for trial in self.latest.values())
