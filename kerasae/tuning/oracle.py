"""What every tuner has in common: Keras Tuner's oracles, asked one trial at a time.

Taken from Keras Tuner is how values are proposed. Its files, its retries, its
count of failures and its way of resuming are not: `record.py` says why.
"""

import dataclasses
import hashlib
import itertools
import math
import random
import statistics
from typing import Any

import keras_tuner
from scipy.stats import qmc

from kerasae.config import RunConfig, RunError
from kerasae.tuning import encoding, scoring
from kerasae.tuning.candidates import COUNTED, Candidates
from kerasae.tuning.dimension import Values
from kerasae.tuning.record import REJECTED, Outcome, counted, latest

WORKER = "kerasae"
# Points that may be infeasible or known before a list of what is left is made.
MOST_POINTS = 1_000
# A constraint that rejects so many one after the other leaves nothing to find.
MOST_REJECTED = 100


@dataclasses.dataclass(frozen=True)
class Task:
    """What a tuner is to do.

    Attributes:
        candidates: The space and what its points mean.
        objectives: Names, as in `--objective`.
        seed: Above 0: Keras Tuner takes 0 for no seed at all.
        epochs: Of a full training.
        max_trials: Candidates to train; rejected ones don't count.
    """

    candidates: Candidates
    objectives: tuple[str, ...]
    seed: int
    epochs: int
    max_trials: int


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A candidate to train.

    Attributes:
        trial_id: Its number, padded; the same again where it goes on.
        values: The dimensions that count for it.
        config: The run.
        epochs: How far to train it, counted from its start.
        handle: Keras Tuner's trial.
    """

    trial_id: str
    values: Values
    config: RunConfig
    epochs: int
    handle: Any


class Proposing:
    """Goes before one of Keras Tuner's oracles among the bases of a class.

    A proposal is a function of the seed and of the outcomes before it. It is
    always feasible, and never a run that was proposed before. What Keras Tuner
    would draw at random are the points of a scrambled Sobol sequence instead:
    of a few independent draws, all may well fall on learning rates that are
    too low, and a sequence covers every dimension evenly from its first points
    on (Bergstra, Bengio, "Random search for hyper-parameter optimization", JMLR
    13, 2012, compare both).
    """

    # Whether it goes through the whole space, which ends by itself.
    enumerates = False

    def __init__(self, task: Task, **kwargs):
        self.task = task
        self.outcomes: list[Outcome] = []
        self._told: list[Any] = []  # Keras Tuner's trials, beside the outcomes
        self._seen: dict[RunConfig, str] = {}
        self._known: Values | None = None
        super().__init__(
            objective=keras_tuner.Objective("score", "min"),
            hyperparameters=encoding.hyperparameters(task.candidates.space),
            allow_new_entries=False,
            tune_new_entries=False,
            seed=task.seed,
            max_consecutive_failed_trials=2**31,
            **kwargs,
        )
        self.verbose = 0
        sequence = qmc.Sobol(len(task.candidates.space.dimensions), rng=task.seed)
        self._points = (sequence.random(1)[0] for _ in itertools.repeat(None))

    def propose(self, known: Outcome | None = None) -> Proposal | None:
        """The next candidate; None where there is none left.

        Args:
            known: What the record says of this proposal, where it was made before.

        Raises:
            RunError: where the record says something else.
        """
        if self._is_over():
            return None
        self._see_outcomes()
        self._known = known and self._encoded(known)
        proposal = self._ask()
        found = proposal and (proposal.trial_id, proposal.values)
        if known and found and found != (known.trial_id, known.values):
            raise _foreign(known)
        return proposal

    def _ask(self) -> Proposal | None:
        """What Keras Tuner proposes; None where it has nothing more."""
        trial = self.create_trial(WORKER)
        if trial.status != "RUNNING":
            return None
        values = encoding.decode(self.task.candidates.space, trial.hyperparameters.values)
        config = self.task.candidates.config(values)
        trial_id = self._seen.setdefault(config, f"{len(self._seen):04d}")
        return Proposal(trial_id, values, config, self._epochs(trial), trial)

    def tell(self, proposal: Proposal, outcome: Outcome) -> None:
        """Takes note of how a proposal ended."""
        self.outcomes.append(outcome)
        self._told.append(proposal.handle)
        proposal.handle.status = "COMPLETED"
        self.end_trial(proposal.handle)
        if outcome.status == REJECTED:
            self._rejected(proposal)

    def why_over(self) -> str:
        """Why there is no proposal although fewer candidates were trained than wanted."""
        if self.gave_up:
            return f"the last {MOST_REJECTED} candidates were all rejected"
        size, exact = self.task.candidates.size
        if self.enumerates or (exact and size is not None):
            return "the space has no other candidate"
        return f"{MOST_POINTS:,} points found no other candidate that makes a model"

    @property
    def gave_up(self) -> bool:
        """Whether so many candidates in a row were rejected that no more are drawn."""
        last = latest(self.outcomes)[-MOST_REJECTED:]
        rejected = sum(outcome.status == REJECTED for outcome in last)
        return rejected == MOST_REJECTED and not self.enumerates

    def may_go_on(self) -> set[str]:
        """Candidates that may be proposed again, whose weights are needed still."""
        return set()

    def epochs_left(self) -> float:
        """Epochs that are still to be trained, about."""
        epochs = [outcome.epochs for outcome in self.outcomes if outcome.status != REJECTED]
        return self._candidates_left() * statistics.mean(epochs or [self.task.epochs])

    def _candidates_left(self) -> int:
        """Candidates that are still to be trained."""
        if self.gave_up:
            return 0
        return min(self.task.max_trials - counted(self.outcomes), self._untried())

    def _untried(self) -> float:
        """How many candidates the space has at most beside those that were proposed."""
        size, _ = self.task.candidates.size
        return math.inf if size is None else size - len(latest(self.outcomes))

    def _is_over(self) -> bool:
        """Whether as many candidates were trained as wanted, or no more are drawn."""
        return self.gave_up or counted(self.outcomes) >= self.task.max_trials

    def _epochs(self, trial) -> int:
        """How far to train a trial."""
        return self.task.epochs

    def _rejected(self, proposal: Proposal) -> None:
        """A candidate was not trained; another one may have its place."""

    def _score_without_result(self, worst: float | None) -> float | None:
        """What a failed or rejected candidate counts as; None leaves it out.

        Args:
            worst: Score of the worst candidate with a result, if there is one.
        """
        return worst

    def _encoded(self, known: Outcome) -> Values:
        try:
            return encoding.encode(self.task.candidates.space, known.values)
        except (ValueError, StopIteration):  # A value or a dimension that the space hasn't.
            raise _foreign(known) from None

    def _see_outcomes(self) -> None:
        """Scores all trials as this proposal should see them, and seeds it."""
        number = len(self._told)
        found = scoring.scores(self.outcomes, self.task.objectives, self.task.seed, number)
        fallback = self._score_without_result(scoring.worst(found))
        for trial, score in zip(self._told, found, strict=True):
            trial.score = fallback if score is None else score
            trial.status = "FAILED" if trial.score is None else "COMPLETED"
        digest = hashlib.sha256(f"{self.task.seed} {number}".encode()).digest()
        self._seed_state = int.from_bytes(digest[:4])

    def _random_values(self):
        """The next point of the sequence that makes a new model.

        What is left is listed where points find nothing new.
        """
        for point in itertools.islice(self._points, MOST_POINTS):
            values = encoding.at(self.hyperparameters, point)
            if not self._duplicate(values):
                return values
        candidates = self.task.candidates
        if candidates.space.combinations() <= COUNTED:
            left = [values for values, config in candidates.distinct() if config not in self._seen]
            if left:
                chosen = random.Random(self._seed_state).choice(left)
                return encoding.encode(candidates.space, chosen)
        return None

    def _duplicate(self, values):
        """Whether values should be drawn again: no run, or an earlier one."""
        candidates = self.task.candidates
        config = candidates.feasible(encoding.decode(candidates.space, values))
        return config is None or config in self._seen

    def score_trial(self, trial):
        """The score is given when the next proposal looks at it."""
        trial.score = 0.0

    def save(self):
        """Writes nothing: the record is the state."""

    def _save_trial(self, trial):
        """Writes nothing."""


def _foreign(known: Outcome) -> RunError:
    """What to say of a record that is not this search's."""
    return RunError(
        f"The record's trial {known.trial_id} with {known.values} is not what this search proposes "
        "there. It was changed, or made by other versions."
    )
