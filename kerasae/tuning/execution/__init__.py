"""Ways to run trials: they take proposals, and give outcomes in whatever order trials end."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol

from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import Trial

# Asked after each epoch of a trial with its errors so far: why it should be stopped, or None.
Judge = Callable[[Proposal, Sequence[float]], str | None]


@dataclasses.dataclass(frozen=True)
class Finished:
    """A trial that ended.

    Attributes:
        proposal: What was trained.
        trial: What became of it.
        unforeseen: The error where it failed by one that is neither divergence, lack of memory
            nor a combination that makes no model.
    """

    proposal: Proposal
    trial: Trial
    unforeseen: Exception | None = None


class Execution(Protocol):
    """A way to run trials.

    Attributes:
        places: How many trials it runs at a time.
    """

    places: int

    def submit(self, proposal: Proposal) -> None:
        """Takes a proposal; no more at a time than there are places."""

    def next_finished(self) -> Finished:
        """Waits for a trial to end, of one or more that were submitted.

        Raises:
            KeyboardInterrupt: after Ctrl-C.
            RunError, OSError: of the disk or the files, no fault of a candidate.
        """

    def close(self) -> None:
        """Ends whatever is under way; what it has finished of that is kept on the disk."""
