"""Base class of tuners: Keras Tuner's oracles, asked and told with any number of trials under way.

Taken from Keras Tuner is how values are proposed. Its files, its retries, its
count of failures and its way of resuming are not: `record.py` says why.
"""

import dataclasses
import hashlib
import math
import statistics

import keras_tuner

from kerasae.config import RunError
from kerasae.run_config import RunConfig
from kerasae.tuning import encoding, sampling, scoring
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.dimension import Values
from kerasae.tuning.objectives import Objective
from kerasae.tuning.outcomes import Outcomes
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import REJECTED, Proposed, Trial

# A constraint that rejects so many one after the other leaves nothing to find.
MAX_REJECTED = 100


@dataclasses.dataclass(frozen=True)
class TunerConfig:
    """What a tuner proposes from, and how far.

    Attributes:
        candidates: The space and what its points mean.
        objectives: What to improve, the leading one first.
        seed: Above 0: Keras Tuner takes 0 for no seed at all.
        epochs: Epochs of a full training.
        max_trials: Candidates to train; rejected ones don't count.
    """

    candidates: Candidates
    objectives: tuple[Objective, ...]
    seed: int
    epochs: int
    max_trials: int


class BaseOracle:
    """Base of every tuner; stands before one of Keras Tuner's oracles among its bases.

    `kerasae.tuning.tuners` says what else a tuner's file has.

    Attributes:
        enumerates: Whether it goes through the whole space, which ends by itself.

    A proposal is a function of the seed and of the proposals and outcomes
    before it, in their order: where there is none, asking leaves no trace. It is
    always feasible, and never a run that was proposed before. What Keras Tuner
    would sample at random comes from a `Sampler` instead.
    """

    enumerates = False

    def __init__(self, config: TunerConfig, **kwargs):
        self.config = config
        self._outcomes = Outcomes(config.objectives)
        self._asked = 0
        self._under_way: dict[int, Proposal] = {}
        self._seen: dict[RunConfig, str] = {}
        self._known: Values | None = None
        declared = encoding.hyperparameters(config.candidates.space)
        self._sampler = sampling.Sampler(config.candidates, declared, config.seed)
        super().__init__(
            objective=keras_tuner.Objective("score", "min"),
            hyperparameters=declared,
            allow_new_entries=False,
            tune_new_entries=False,
            seed=config.seed,
            **kwargs,
        )
        self.verbose = 0

    def propose(self, known: Proposed | None = None) -> Proposal | None:
        """The next candidate; None where there is none, or none before the next outcome.

        Args:
            known: The record of this proposal, where it was made before.

        Raises:
            RunError: where the record has another one.
        """
        if self._enough:
            return None
        self._see_outcomes()
        self._known = known and self._encoded(known)
        proposal = self._ask()
        found = proposal and (proposal.trial_id, proposal.values, proposal.epochs)
        if known and found and found != (known.trial_id, known.values, known.epochs):
            raise _foreign(known)
        return proposal

    def _ask(self) -> Proposal | None:
        """Keras Tuner's proposal; None where it has nothing more."""
        trial = self.create_trial(f"worker of {self._asked}")
        if trial.status != "RUNNING":
            return None
        values = encoding.decode(self.config.candidates.space, trial.hyperparameters.values)
        config = self.config.candidates.config(values)
        trial_id = self._seen.setdefault(config, f"{len(self._seen):04d}")
        proposal = Proposal(self._asked, trial_id, values, config, self._epochs(trial), trial)
        self._under_way[proposal.number] = proposal
        self._asked += 1
        return proposal

    def tell(self, proposal: Proposal, outcome: Trial) -> None:
        """Registers how a proposal ended."""
        del self._under_way[proposal.number]
        self._outcomes.add(outcome, proposal.handle)
        proposal.handle.status = "COMPLETED"
        self.end_trial(proposal.handle)
        if outcome.status == REJECTED:
            self._rejected(proposal)

    def end_reason(self) -> str:
        """Says why there is no proposal although fewer candidates were trained than wanted."""
        if self.exhausted:
            return f"the last {MAX_REJECTED} candidates were all rejected"
        size, exact = self.config.candidates.size
        if self.enumerates or (exact and size is not None):
            return "the space has no other candidate"
        return f"{sampling.MAX_POINTS:,} points found no other candidate that makes a model"

    @property
    def exhausted(self) -> bool:
        """Whether so many candidates in a row were rejected that no more are sampled."""
        return self._outcomes.rejected_in_a_row >= MAX_REJECTED and not self.enumerates

    def resumable(self) -> set[str]:
        """Candidates that may be proposed again, whose weights are needed still."""
        return set()

    def epochs_left(self) -> float:
        """Epochs that are still to be trained, about."""
        trials = (told.trial for told in self._outcomes.told)
        epochs = [trial.epochs for trial in trials if trial.status != REJECTED]
        return self._candidates_left() * statistics.fmean(epochs or [self.config.epochs])

    def _candidates_left(self) -> int:
        """Candidates that are still to be trained."""
        if self.exhausted:
            return 0
        return min(self.config.max_trials - self._outcomes.counted, self._untried())

    def _untried(self) -> float:
        """Number of candidates that the space has at most beside those that were proposed."""
        size, _ = self.config.candidates.size
        return math.inf if size is None else size - len(self._outcomes.latest)

    @property
    def _enough(self) -> bool:
        """Whether as many candidates are trained as wanted, or no more are sampled."""
        new = {p.trial_id for p in self._under_way.values()} - self._outcomes.latest.keys()
        return self.exhausted or self._outcomes.counted + len(new) >= self.config.max_trials

    def _epochs(self, trial) -> int:
        """Epochs to train a trial for, counted from its start."""
        return self.config.epochs

    def _rejected(self, proposal: Proposal) -> None:
        """A candidate was not trained; another one may have its place."""

    def _score_without_result(self, worst: float | None) -> float | None:
        """Score of a failed or rejected candidate; None leaves it out.

        Args:
            worst: Score of the worst candidate with a result, if there is one.
        """
        return worst

    def _encoded(self, known: Proposed) -> Values:
        try:
            return encoding.encode(self.config.candidates.space, known.values)
        except (ValueError, StopIteration):  # A value or a dimension that the space hasn't.
            raise _foreign(known) from None

    def _see_outcomes(self) -> None:
        """Scores all trials as this proposal should see them, and seeds it."""
        seed, asked = self.config.seed, self._asked
        told = self._outcomes.told
        found = scoring.scores([one.losses for one in told], seed, asked)
        fallback = self._score_without_result(scoring.worst(found))
        for one, score in zip(told, found, strict=True):
            one.handle.score = fallback if score is None else score
            one.handle.status = "FAILED" if one.handle.score is None else "COMPLETED"
        digest = hashlib.sha256(f"{seed} {asked}".encode()).digest()
        self._seed_state = int.from_bytes(digest[:4])

    def _random_values(self):
        """As Keras Tuner's: values of a new candidate; None where none is found."""
        return self._sampler.sample(self._seen, self._seed_state)

    def score_trial(self, trial):
        """The score is given when the next proposal looks at it."""
        trial.score = 0.0

    def _check_consecutive_failures(self):
        """Counts nothing: that takes longer with every trial, and there is no limit."""

    def save(self):
        """Writes nothing: the record is the state."""

    def _save_trial(self, trial):
        """Writes nothing."""


def _foreign(known: Proposed) -> RunError:
    """Error for a record that is not this search's."""
    return RunError(
        f"The record's trial {known.trial_id} with {known.values} is not what this search proposes "
        "there. It was changed, or made by other versions."
    )
