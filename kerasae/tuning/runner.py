"""The search itself: propose, train, record, again."""

import logging
import time
from collections.abc import Callable

from kerasae.config import RunError
from kerasae.training.traced_gradients import release_traced_gradients
from kerasae.tuning import ranking, record
from kerasae.tuning.oracle import BaseOracle
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, Trial
from kerasae.tuning.trial import Trainer
from kerasae.wording import duration

logger = logging.getLogger(__name__)


class Runner:
    """Runs a search from where its record ends.

    Args:
        oracle: Proposes; a fresh one, which gets the record's trials here.
        trainer: Trains.
        publish: Called whenever the record has a new trial.
    """

    def __init__(self, oracle: BaseOracle, trainer: Trainer, publish: Callable[[], None]):
        self._oracle, self._trainer, self._publish = oracle, trainer, publish
        self._folder, self._search = trainer.folder, trainer.search
        self._began, self._at_start = time.perf_counter(), 0
        self._trials: list[Trial] = []

    def run(self) -> None:
        """Searches to the end.

        Raises:
            RunError: where every trial would fail, too many failed, or the
                constraints leave nothing.
        """
        self._replay()
        self._require_few_failures()
        while (proposal := self._oracle.propose()) is not None:
            with release_traced_gradients():
                trial, unforeseen = self._trainer.train(proposal, self._finished())
            self._oracle.tell(proposal, trial)
            self._trials.append(trial)
            record.write(self._folder.record, self._trials)
            self._drop_weights()
            self._publish()
            self._log(trial)
            if unforeseen and not any(earlier.trained for earlier in self._trials):
                raise RunError(
                    f"Trial {trial.trial_id} failed before any was trained, and so may every "
                    f"other one: {trial.reason.rstrip('.')}. --resume goes on with the next."
                ) from unforeseen
            unforeseen = None  # What it holds, a model maybe, is not kept for the next one.
            self._require_few_failures()
        self._log_an_early_end()
        # Only now it is known that none of the last ones goes on.
        self._drop_weights()

    def _replay(self) -> None:
        """Tells the oracle the record's trials, and finishes what a kill cut off."""
        for trial in record.read(self._folder.record):
            proposal = self._oracle.propose(trial)
            if proposal is None:
                raise RunError(f"{self._folder.record} has more trials than this search proposes.")
            self._oracle.tell(proposal, trial)
            self._trials.append(trial)
        self._at_start = _epochs(self._trials)
        if self._trials:
            self._drop_weights()
            self._publish()

    def _finished(self) -> list[tuple[float, ...]]:
        """Errors by epoch of the completed trials, for the median rule where it is on."""
        return [
            trial.errors
            for trial in record.latest(self._trials)
            if trial.status == COMPLETED and self._search.stops_by_median
        ]

    def _require_few_failures(self) -> None:
        failures = sum(trial.status == FAILED for trial in record.latest(self._trials))
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
        """Deletes the weights of all but the best trials and those that may go on."""
        best = ranking.ranked(self._trials, self._search.objectives)[: self._search.keep_top]
        kept = {trial.trial_id for trial in best} | self._oracle.resumable()
        for trial in record.latest(self._trials):
            if trial.trial_id not in kept:
                run = self._folder.trial(trial.trial_id)
                for path in (run.model, run.best_model):
                    path.unlink(missing_ok=True)

    def _log(self, trial: Trial) -> None:
        """One line a trial: how it ended, the best so far, the time left."""
        name = self._search.objective[0]
        words = [f"trial {trial.trial_id}", f"{trial.status:13s}"]
        if name in trial.numbers:
            words.append(f"{name} {trial.numbers[name]:.6f}")
        if trial.status in (FAILED, REJECTED):
            words.append(trial.reason)
        best = ranking.ranked(self._trials, self._search.objectives)
        if best:
            words.append(f"best {best[0].numbers[name]:.6f} (trial {best[0].trial_id})")
        done, left = _epochs(self._trials) - self._at_start, self._oracle.epochs_left()
        if left > 0 and done > 0:
            seconds = (time.perf_counter() - self._began) / done * left
            words.append(f"about {duration(seconds)} left")
        logger.info("%s", "  ".join(words))


def _epochs(trials: list[Trial]) -> int:
    """Epochs that were trained, of all candidates together."""
    return sum(trial.epochs for trial in record.latest(trials))
