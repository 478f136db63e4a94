"""What was proposed and what became of it: a search's only state beside its trials' checkpoints.

A tuner is a function of its seed and of the questions and outcomes so far, in
their order, however many trials were under way. So going on means asking it
the same questions again; nothing of Keras Tuner's own state is kept.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path

from kerasae import journal
from kerasae.config import RunError
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


def latest(trials: Iterable[Trial]) -> list[Trial]:
    """The last trial of each candidate, in the order of the candidates."""
    found = {trial.trial_id: trial for trial in trials}
    return [found[name] for name in sorted(found, key=lambda name: (len(name), name))]


def counted(trials: Sequence[Trial]) -> int:
    """Number of candidates that count towards `--max_trials`: all but the rejected ones."""
    return sum(trial.status != REJECTED for trial in latest(trials))


@dataclasses.dataclass(frozen=True)
class Proposed:
    """A candidate was proposed; what was known then are the outcomes above this line.

    Attributes:
        number: The tuner's count of proposals, from 0.
        trial_id: The candidate's number, padded.
        values: The dimensions that count for it.
        epochs: How far to train it, counted from its start.
    """

    number: int
    trial_id: str
    values: Values
    epochs: int


@dataclasses.dataclass(frozen=True)
class Ended:
    """A proposal's outcome, as it was told to the tuner.

    Attributes:
        number: The proposal's.
        trial: What became of it.
    """

    number: int
    trial: Trial


Event = Proposed | Ended


@dataclasses.dataclass(frozen=True)
class _Line:
    """A line of the file: one of the two.

    Raises:
        ValueError: for none, or both.
    """

    proposed: Proposed | None = None
    ended: Ended | None = None

    def __post_init__(self):
        if (self.proposed is None) == (self.ended is None):
            raise ValueError("a line must be a proposal or an outcome")

    @property
    def event(self) -> Event:
        return self.proposed or self.ended


class Record:
    """The record of a search that goes on.

    Args:
        path: Its file.

    Attributes:
        events: All so far, in the order in which they happened.

    Raises:
        RunError: for a damaged file, or one that was changed since.
    """

    def __init__(self, path: Path):
        self._journal = journal.Journal(path, _Line)
        self.events: list[Event] = _checked(self._journal.entries, path)

    def propose(self, proposed: Proposed) -> None:
        """Writes a proposal, before it is trained; one that is lost is made again."""
        self._journal.append(_Line(proposed=proposed), durable=False)
        self.events.append(proposed)

    def end(self, number: int, trial: Trial) -> None:
        """Writes the outcome of a proposal."""
        ended = Ended(number, trial)
        self._journal.append(_Line(ended=ended))
        self.events.append(ended)


def read(path: Path) -> list[Event]:
    """The events so far, in the order in which they happened; none where there is no file.

    Raises:
        RunError: for a damaged file, or one that was changed since.
    """
    return _checked(journal.read(path, _Line), path)


def trials(events: Iterable[Event]) -> list[Trial]:
    """The outcomes among events, in their order."""
    return [event.trial for event in events if isinstance(event, Ended)]


def under_way(events: Iterable[Event]) -> list[Proposed]:
    """Proposals without an outcome, in their order."""
    running: dict[int, Proposed] = {}
    for event in events:
        if isinstance(event, Proposed):
            running[event.number] = event
        else:
            del running[event.number]
    return list(running.values())


def asked_for(events: Iterable[Event]) -> int:
    """The least `--max_trials` with which these candidates are proposed.

    A candidate is only proposed, even one to be rejected, where another one is wanted.
    """
    least, counted_ids, running = 0, set(), {}
    for event in events:
        if isinstance(event, Proposed):
            running[event.number] = event.trial_id
            least = max(least, len(counted_ids) + len({*running.values()} - counted_ids))
        else:
            del running[event.number]
            if event.trial.status != REJECTED:
                counted_ids.add(event.trial.trial_id)
    return least


def _checked(lines: Iterable[_Line], path: Path) -> list[Event]:
    """The events of a file's lines; every outcome is that of a proposal that was under way."""
    events = [line.event for line in lines]
    running: dict[int, str] = {}
    for event in events:
        if isinstance(event, Proposed):
            running[event.number] = event.trial_id
        elif running.pop(event.number, None) != event.trial.trial_id:
            raise RunError(
                f"{path} is damaged: trial {event.trial.trial_id} ended and wasn't under way."
            )
    return events
