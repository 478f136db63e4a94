"""The search itself: propose, train, take note, again."""

import sys
import time
from collections.abc import Callable

from kerasae.cli_flags import duration
from kerasae.config import RunError
from kerasae.training import history
from kerasae.training.traced_gradients import release_traced_gradients
from kerasae.tuning import ranking, record
from kerasae.tuning.objectives import KNOWN, VAL_MSE
from kerasae.tuning.oracle import Proposing
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, Outcome
from kerasae.tuning.trial import Trainer


class Runner:
    """Runs a search from where its record ends.

    Args:
        oracle: Proposes; fresh, the record is told to it here.
        trainer: Trains.
        publish: Called with all outcomes whenever there is a new one.
    """

    def __init__(
        self,
        oracle: Proposing,
        trainer: Trainer,
        publish: Callable[[list[Outcome]], None],
    ):
        self._oracle, self._trainer, self._publish = oracle, trainer, publish
        self._folder, self._search = trainer.folder, trainer.search
        self._began, self._at_start = time.perf_counter(), 0
        self.outcomes: list[Outcome] = []

    def run(self) -> list[Outcome]:
        """Searches to the end.

        Returns:
            All outcomes.

        Raises:
            RunError: where every trial would fail, too many failed, or the
                constraints leave nothing.
        """
        self._replay()
        self._require_few_failures()
        while (proposal := self._oracle.propose()) is not None:
            with release_traced_gradients():
                outcome, unforeseen = self._trainer.train(proposal, self._finished())
            self._oracle.tell(proposal, outcome)
            self.outcomes.append(outcome)
            record.write(self._folder.record, self.outcomes)
            self._drop_weights()
            self._publish(self.outcomes)
            self._tell(outcome)
            if unforeseen and not any(earlier.trained for earlier in self.outcomes):
                raise RunError(
                    f"Trial {outcome.trial_id} failed before any was trained, and so may every "
                    f"other one: {outcome.reason.rstrip('.')}. --resume goes on with the next."
                ) from unforeseen
            unforeseen = None  # What it holds, a model maybe, is not kept for the next one.
            self._require_few_failures()
        self._tell_of_an_early_end()
        # Only now it is known that none of the last ones goes on.
        self._drop_weights()
        return self.outcomes

    def _replay(self) -> None:
        """Tells the oracle what the record knows, and finishes what a kill cut off."""
        for outcome in record.read(self._folder.record):
            proposal = self._oracle.propose(outcome)
            if proposal is None:
                raise RunError(f"{self._folder.record} has more trials than this search proposes.")
            self._oracle.tell(proposal, outcome)
            self.outcomes.append(outcome)
        self._at_start = _epochs(self.outcomes)
        if self.outcomes:
            self._drop_weights()
            self._publish(self.outcomes)

    def _finished(self) -> list[list[float]]:
        """Errors by epoch of the completed trials, for the median rule where it is on."""
        return [
            [row[VAL_MSE] for row in history.read(self._folder.trial(outcome.trial_id))]
            for outcome in record.latest(self.outcomes)
            if outcome.status == COMPLETED and self._search.stops_by_median
        ]

    def _require_few_failures(self) -> None:
        failures = sum(outcome.status == FAILED for outcome in record.latest(self.outcomes))
        most = self._search.max_failures
        if most is not None and failures >= most:
            raise RunError(
                f"{failures} trials failed, as many as --max_failures={most} allows. "
                f"{self._folder.table} has the reasons."
            )

    def _tell_of_an_early_end(self) -> None:
        """One line where fewer candidates were trained than wanted.

        Raises:
            RunError: where none was, since the constraints leave nothing.
        """
        done, total = record.counted(self.outcomes), self._oracle.task.max_trials
        if done == total:
            return
        why = self._oracle.why_over()
        if self._oracle.gave_up:
            limits = ", ".join(f"--{name}={value}" for name, value in self._search.limits.items())
            why += f" by {limits}"
            if not any(outcome.trained for outcome in self.outcomes):
                last = self.outcomes[-1].reason
                raise RunError(f"No trial was trained: {why}. The last: {last}.")
        print(f"The search ends after {done} of {total} trials: {why}.", file=sys.stderr)

    def _drop_weights(self) -> None:
        """Deletes the weights of all but the best trials and those that may go on."""
        best = ranking.ranked(self.outcomes, self._search.objective)[: self._search.keep_top]
        kept = {outcome.trial_id for outcome in best} | self._oracle.may_go_on()
        for outcome in record.latest(self.outcomes):
            if outcome.trial_id not in kept:
                run = self._folder.trial(outcome.trial_id)
                for path in (run.model, run.best_model):
                    path.unlink(missing_ok=True)

    def _tell(self, outcome: Outcome) -> None:
        """One line a trial: how it ended, the best so far, the time left."""
        objective = KNOWN[self._search.objective[0]]
        words = [f"trial {outcome.trial_id}", f"{outcome.status:13s}"]
        if objective.name in outcome.numbers:
            words.append(f"{objective.name} {outcome.numbers[objective.name]:.6f}")
        if outcome.status in (FAILED, REJECTED):
            words.append(outcome.reason)
        best = ranking.ranked(self.outcomes, (objective.name,))
        if best:
            number = best[0].numbers[objective.name]
            words.append(f"best {number:.6f} (trial {best[0].trial_id})")
        done, left = _epochs(self.outcomes) - self._at_start, self._oracle.epochs_left()
        if left > 0 and done > 0:
            seconds = (time.perf_counter() - self._began) / done * left
            words.append(f"about {duration(seconds)} left")
        print("  ".join(words), file=sys.stderr)


def _epochs(outcomes: list[Outcome]) -> int:
    """How many were trained, of all candidates together."""
    return sum(outcome.epochs for outcome in record.latest(outcomes))
