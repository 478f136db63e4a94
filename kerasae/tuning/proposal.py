"""A candidate that a tuner proposes to train."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from kerasae.run_config import RunConfig
from kerasae.tuning.dimension import Values
from kerasae.tuning.record import Proposed


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A candidate to train.

    Attributes:
        number: How many were proposed before, those included that go on with a candidate.
        trial_id: The candidate's number, padded; the same again where it goes on.
        values: The dimensions that count for it.
        config: The run.
        epochs: How far to train it, counted from its start.
        handle: Keras Tuner's trial.
    """

    number: int
    trial_id: str
    values: Values
    config: RunConfig
    epochs: int
    handle: Any = None

    @property
    def name(self) -> str:
        """For people."""
        return f"trial {self.trial_id}"

    def to_send(self) -> "Proposal":
        """Without what Keras Tuner has of it, which is of no use in another process."""
        return dataclasses.replace(self, handle=None)

    def progress(self, errors: Sequence[float]) -> str:
        """How far it is, for people, of its errors after each epoch so far."""
        error = f" {errors[-1]:.5f}" if errors else ""
        return f"{self.name} epoch {len(errors)}/{self.epochs}{error}"

    @property
    def recorded(self) -> Proposed:
        """What the record keeps of it."""
        return Proposed(self.number, self.trial_id, self.values, self.epochs)
