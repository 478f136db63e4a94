"""Trials in a pool of workers."""

import queue
from collections.abc import Callable

from kerasae.tuning.execution import Finished, Judge
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import Trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.trial import failed
from kerasae.workers.pool import Pool
from kerasae.workers.view import UnderWay
from kerasae.workers.worker import Worker


class TrialPool(Pool):
    """As `Execution`.

    Args:
        make_worker, places, patience, show: As of `Pool`.
        folder: The search's directory.
    """

    def __init__(
        self,
        make_worker: Callable[[queue.Queue], Worker],
        places: int,
        folder: SearchDir,
        patience: float,
        show: Callable[[list[UnderWay]], None],
    ):
        self._folder = folder
        super().__init__(make_worker, places, patience, show)

    def judged_by(self, judge: Judge) -> "TrialPool":
        """The pool itself, whose trials are judged so from now on."""
        self._judge = judge
        return self

    def judge(self, task: Proposal, errors: tuple[float, ...]) -> str | None:
        """As in `Pool`."""
        return self._judge(task, errors)

    def next_finished(self) -> Finished:
        """As in `Execution`."""
        done = self.next_done()
        return Finished(done.task, done.outcome, done.unforeseen)

    def given_up(self, task: Proposal, why: str) -> Trial:
        """As in `Pool`: a trial that failed."""
        return failed(self._folder, task, why)

    def taken_away(self, task: Proposal) -> None:
        """As in `Pool`: that is no fault of the trial, or counted by the pool already."""
        self._folder.attempts(task.trial_id).unlink(missing_ok=True)
