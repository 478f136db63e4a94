"""What became of each proposal: the only state of a search beside its trials' own checkpoints.

A tuner is a function of its seed and of the outcomes so far, so going on means
asking it the same questions again; nothing of Keras Tuner's own state is kept.
"""

import dataclasses
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import RunError
from kerasae.tuning.dimension import Values

COMPLETED = "COMPLETED"
STOPPED_EARLY = "STOPPED_EARLY"
REJECTED = "REJECTED"
FAILED = "FAILED"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The end of one proposal.

    Attributes:
        trial_id: The candidate's number, padded; Hyperband proposes a candidate
            again with more epochs, and its later outcome counts.
        values: The dimensions that count for it.
        status: `COMPLETED` (trained to the end), `STOPPED_EARLY`, `REJECTED`
            (by a constraint, untrained) or `FAILED`.
        reason: Why it is not completed; empty where it is.
        epochs: Finished epochs.
        seconds: Of its training steps, over all epochs.
        numbers: By name, what was measured: errors, accuracies, sizes.
    """

    trial_id: str
    values: Values
    status: str
    reason: str
    epochs: int
    seconds: float
    numbers: dict[str, float]

    @property
    def trained(self) -> bool:
        """Whether it has an error to compare."""
        return self.status in (COMPLETED, STOPPED_EARLY)


def latest(outcomes: list[Outcome]) -> list[Outcome]:
    """The last outcome of each candidate, in the order of the candidates."""
    return list({outcome.trial_id: outcome for outcome in outcomes}.values())


def counted(outcomes: list[Outcome]) -> int:
    """How many candidates count towards `--max_trials`: all but the rejected ones."""
    return sum(outcome.status != REJECTED for outcome in latest(outcomes))


def write(path: Path, outcomes: list[Outcome]) -> None:
    """Writes all outcomes, whole or not at all."""
    files.write_json(path, {"outcomes": [dataclasses.asdict(outcome) for outcome in outcomes]})


def read(path: Path) -> list[Outcome]:
    """The outcomes so far; none where there is no file.

    Raises:
        RunError: for a damaged file.
    """
    if not path.exists():
        return []
    content: Any = files.read_json(path)
    try:
        return [Outcome(**outcome) for outcome in content["outcomes"]]
    except (TypeError, KeyError) as error:
        raise RunError(f"{path} is damaged: {error!r}.") from None
