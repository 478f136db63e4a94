"""The search itself: propose, train, record, again."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from kerasae.config import RunError
from kerasae.tuning import ranking, record
from kerasae.tuning.execution import Execution, Finished, Judge
from kerasae.tuning.oracle import BaseOracle
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, Proposed, Record, Trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig
from kerasae.tuning.stopping import MedianRule
from kerasae.wording import duration

logger = logging.getLogger(__name__)


class Publisher(Protocol):
    """Shows a search while it runs."""

    def publish(self, trials: Sequence[Trial], last: bool = False) -> None:
        """Called with all outcomes whenever there is another one, and once at the end."""


class Runner:
    """Runs a search from where its record ends.

    Args:
        oracle: Proposes; a fresh one, which gets the record's trials here.
        search: The search's settings.
        folder: Its directory.
        publisher: Shows it.
    """

    def __init__(
        self, oracle: BaseOracle, search: SearchConfig, folder: SearchDir, publisher: Publisher
    ):
        self._oracle, self._search = oracle, search
        self._folder, self._publisher = folder, publisher
        self._began, self._at_start = time.perf_counter(), 0
        self._trials: list[Trial] = []
        self._latest: dict[str, Trial] = {}  # By candidate.
        self._best: list[Trial] = []
        self._under_way: dict[int, Proposal] = {}
        self._with_weights: set[str] = set()
        self._median_rule = MedianRule()
        self._early: dict[int, Finished] = {}
        self._known: dict[int, int] = {}  # Trials that were completed when one was proposed.
        self._unforeseen = 0

    def run(self, start: Callable[[Judge], Execution]) -> None:
        """Searches to the end.

        Args:
            start: Starts what runs trials; it is given what says which to stop.

        Raises:
            RunError: where every trial would fail, too many failed, or the
                constraints leave nothing.
        """
        self._record = Record(self._folder.record)
        self._replay()
        self._require_few_failures()
        execution = start(self._judge)
        try:
            self._search_on(execution)
        finally:
            execution.close()
            if self._trials:
                self._publisher.publish(self._trials, last=True)
        self._log_an_early_end()
        # Only now it is known that none of the last ones goes on.
        self._drop_weights()

    def _replay(self) -> None:
        """Puts the record's questions to the oracle, and finishes what a kill cut off."""
        for event in self._record.events:
            if isinstance(event, Proposed):
                proposal = self._oracle.propose(event)
                if proposal is None or proposal.number != event.number:
                    raise RunError(
                        f"{self._folder.record} has other trials than this search proposes."
                    )
                self._begin(proposal)
            else:
                self._tell(self._under_way[event.number], event.trial)
        self._at_start = self._epochs()
        if self._trials:
            self._rank()
            self._drop_weights()
            self._publisher.publish(self._trials)

    def _search_on(self, execution: Execution) -> None:
        submitted: set[int] = set()
        while True:
            while len(submitted) < execution.places:
                # What was under way when the record ended comes first.
                left = (p for p in self._under_way.values() if p.number not in submitted)
                proposal = next(left, None) or self._propose()
                if proposal is None:
                    break
                execution.submit(proposal)
                submitted.add(proposal.number)
            if not submitted:
                return
            finished = self._next_finished(execution)
            submitted.remove(finished.proposal.number)
            self._end(finished, execution.places)

    def _next_finished(self, execution: Execution) -> Finished:
        """The next outcome to be told: of the first proposal, where their order counts.

        Its record follows then, too: what ended early and wasn't told is found again on the disk.
        """
        if not self._search.reproducible:
            return execution.next_finished()
        while (first := min(self._under_way)) not in self._early:
            finished = execution.next_finished()
            self._early[finished.proposal.number] = finished
        return self._early.pop(first)

    def _propose(self) -> Proposal | None:
        proposal = self._oracle.propose()
        if proposal is not None:
            self._record.propose(proposal.recorded)
            self._begin(proposal)
        return proposal

    def _begin(self, proposal: Proposal) -> None:
        self._under_way[proposal.number] = proposal
        self._known[proposal.number] = self._median_rule.completed

    def _end(self, finished: Finished, places: int) -> None:
        """Records and shows an outcome; ends the search where going on makes no sense."""
        trial = finished.trial
        self._record.end(finished.proposal.number, trial)
        self._tell(finished.proposal, trial)
        self._rank()
        self._drop_weights()
        self._publisher.publish(self._trials)
        self._log(trial)
        self._unforeseen += finished.unforeseen is not None
        if self._unforeseen >= places and not any(t.trained for t in self._trials):
            raise RunError(
                f"Trial {trial.trial_id} failed before any was trained, and so may every "
                f"other one: {trial.reason.rstrip('.')}. --resume goes on with the next."
            ) from finished.unforeseen
        self._require_few_failures()

    def _tell(self, proposal: Proposal, trial: Trial) -> None:
        self._oracle.tell(proposal, trial)
        del self._under_way[proposal.number], self._known[proposal.number]
        self._trials.append(trial)
        self._latest[trial.trial_id] = trial
        self._with_weights.add(trial.trial_id)
        if trial.status == COMPLETED:
            self._median_rule.add(trial.errors)

    def _judge(self, proposal: Proposal, errors: Sequence[float]) -> str | None:
        """As `Judge`: by the median rule, where it is on."""
        if not self._search.stops_by_median:
            return None
        known = self._known[proposal.number] if self._search.reproducible else None
        return self._median_rule.should_prune(errors, proposal.config.training.epochs, known)

    def _rank(self) -> None:
        self._best = ranking.ranked(
            self._latest.values(), self._search.objectives, self._search.keep_top
        )

    def _require_few_failures(self) -> None:
        failures = sum(trial.status == FAILED for trial in self._latest.values())
        most = self._search.max_failures
        if most is not None and failures >= most:
            raise RunError(
                f"{failures} trials failed, as many as --max_failures={most} allows. "
                f"{self._folder.table} has the reasons."
            )

    def _log_an_early_end(self) -> None:
        """One line where fewer candidates were trained than wanted.

        Raises:
            RunError: where none was, since the constraints leave nothing.
        """
        done, total = record.counted(self._trials), self._oracle.config.max_trials
        if done == total:
            return
        reason = self._oracle.end_reason()
        if self._oracle.exhausted:
            limits = ", ".join(f"--{name}={value}" for name, value in self._search.limits.items())
            reason += f" by {limits}"
            if not any(trial.trained for trial in self._trials):
                last = self._trials[-1].reason
                raise RunError(f"No trial was trained: {reason}. The last: {last}.")
        logger.info("The search ends after %d of %d trials: %s.", done, total, reason)

    def _drop_weights(self) -> None:
        """Deletes the weights of all but the best trials and those that may go on, or do."""
        kept = {trial.trial_id for trial in self._best}
        kept |= self._oracle.resumable()
        kept |= {proposal.trial_id for proposal in self._under_way.values()}
        for trial_id in self._with_weights - kept:
            run = self._folder.trial(trial_id)
            for path in (run.model, run.best_model):
                path.unlink(missing_ok=True)
        self._with_weights &= kept

    def _log(self, trial: Trial) -> None:
        """One line a trial: how it ended, the best so far, the time left."""
        leading = self._search.objectives[0]
        words = [f"trial {trial.trial_id}", f"{trial.status:13s}"]
        if leading.name in trial.numbers:
            words.append(f"{leading.label} {trial.numbers[leading.name]:.6f}")
        if trial.status in (FAILED, REJECTED):
            words.append(trial.reason)
        if self._best:
            best = self._best[0]
            words.append(f"best {best.numbers[leading.name]:.6f} (trial {best.trial_id})")
        done, left = self._epochs() - self._at_start, self._oracle.epochs_left()
        if left > 0 and done > 0:
            seconds = (time.perf_counter() - self._began) / done * left
            words.append(f"about {duration(seconds)} left")
        logger.info("%s", "  ".join(words))

    def _epochs(self) -> int:
        """Epochs that were trained, of all candidates together."""
        return sum(trial.epochs for trial in self._latest.values())
