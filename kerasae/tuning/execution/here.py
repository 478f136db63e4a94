"""One trial after the other, in this process."""

from kerasae.training.traced_gradients import release_traced_gradients
from kerasae.tuning.execution import Finished, Judge
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.trial import Trainer


class Here:
    """As `Execution`.

    Args:
        trainer: Trains.
        judge: Says which trial should be stopped.
    """

    places = 1

    def __init__(self, trainer: Trainer, judge: Judge):
        self._trainer, self._judge = trainer, judge
        self._submitted: Proposal | None = None

    def submit(self, proposal: Proposal) -> None:
        """As in `Execution`."""
        self._submitted = proposal

    def next_finished(self) -> Finished:
        """As in `Execution`."""
        proposal, self._submitted = self._submitted, None
        with release_traced_gradients():
            return self._trainer.train(proposal, self._judge)

    def close(self) -> None:
        """As in `Execution`; nothing is under way."""
