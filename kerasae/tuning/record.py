"""What became of each proposal: the only state of a search beside its trials' own checkpoints.

A tuner is a function of its seed and of the trials so far, so going on means
asking it the same questions again; nothing of Keras Tuner's own state is kept.
"""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from kerasae import records
from kerasae.tuning.dimension import Values

COMPLETED = "COMPLETED"
STOPPED_EARLY = "STOPPED_EARLY"
REJECTED = "REJECTED"
FAILED = "FAILED"
STATUSES = (COMPLETED, STOPPED_EARLY, REJECTED, FAILED)


@dataclasses.dataclass(frozen=True)
class Trial:
    """One candidate and what became of it.

    Attributes:
        trial_id: The candidate's number, padded; Hyperband proposes a candidate
            again with more epochs, and its later trial counts.
        values: The dimensions that count for it.
        status: `COMPLETED` (trained to the end), `STOPPED_EARLY`, `REJECTED`
            (by a constraint, untrained) or `FAILED`.
        reason: Why it is not completed; empty where it is.
        epochs: Finished epochs.
        seconds: Time of its training steps, over all epochs.
        numbers: What was measured, by name: errors, accuracies, sizes.
        errors: Validation error after each epoch; none of a rejected one.

    Raises:
        ValueError: for an unknown status.
    """

    trial_id: str
    values: Values
    status: str
    reason: str
    epochs: int
    seconds: float
    numbers: dict[str, int | float]
    errors: tuple[float, ...] = ()

    def __post_init__(self):
        if self.status not in STATUSES:
            raise ValueError(f"trial {self.trial_id}: status can't be {self.status!r}")

    @property
    def trained(self) -> bool:
        """Whether it has an error to compare."""
        return self.status in (COMPLETED, STOPPED_EARLY)

    def value(self, name: str) -> float | None:
        """A measured number; None where it was not measured."""
        return self.numbers.get(name)


def latest(trials: Sequence[Trial]) -> list[Trial]:
    """The last trial of each candidate, in the order of the candidates."""
    return list({trial.trial_id: trial for trial in trials}.values())


def counted(trials: Sequence[Trial]) -> int:
    """Number of candidates that count towards `--max_trials`: all but the rejected ones."""
    return sum(trial.status != REJECTED for trial in latest(trials))


@dataclasses.dataclass(frozen=True)
class _Record:
    """The content of `record.json`."""

    trials: tuple[Trial, ...]


def write(path: Path, trials: Sequence[Trial]) -> None:
    """Writes all trials, whole or not at all."""
    records.write(path, _Record(tuple(trials)))


def read(path: Path) -> list[Trial]:
    """The trials so far; none where there is no file.

    Raises:
        RunError: for a damaged file, or one that was changed since.
    """
    return list(records.read(path, _Record).trials) if os.path.lexists(path) else []
