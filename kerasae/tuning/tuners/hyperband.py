"""Many candidates for few epochs, the best of them for more.

Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: "Hyperband" (JMLR 18, 2018).
"""

import dataclasses
import functools
import itertools
import math

from keras_tuner.oracles import HyperbandOracle

from kerasae.tuning.oracle import BaseOracle, TunerConfig
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import FAILED

ENUMERATES = False
PRUNES = True
PLANS_MAX_TRIALS = True

EPOCHS = "tuner/epochs"
FACTOR = 3


@dataclasses.dataclass
class Bracket:
    """Candidates that are trained together, round by round.

    Attributes:
        number: How many rounds follow the first one; Hyperband's `s`.
        width: Candidates of the first round.
        rounds: Keras Tuner's numbers of each round's trials, by that of the same candidate's
            trial in the round before (of a first round, by themselves).
    """

    number: int
    width: int
    rounds: list[dict[str, str]]


class Tuner(BaseOracle, HyperbandOracle):
    """Keras Tuner's Hyperband, with a number of candidates for an end.

    It would sweep through its brackets again and again until `max_trials`
    candidates were sampled, the last bracket as small as what is left of them.
    These brackets are run from the last to the first: the same work, but sweeps
    begin with few candidates and many epochs for each, so a well-trained one
    is there early. A candidate that failed is last in its bracket, and a
    rejected one is replaced, so that every round is filled and none ends the
    search. Where nothing is left to sample, the last bracket makes do with what
    it has.

    With several trials under way, a candidate goes on as soon as so many of its
    round have ended that it is among the best whatever becomes of the others,
    and the next bracket begins meanwhile. So the same candidates go on as with
    one trial at a time.
    """

    def __init__(self, config: TunerConfig):
        super().__init__(config, max_epochs=config.epochs, factor=FACTOR, hyperband_iterations=None)

    def _start_new_bracket(self):
        """Keras Tuner would begin its own first one."""

    def populate_space(self, trial_id):
        self._brackets = [bracket for bracket in self._brackets if not self._is_over(bracket)]
        for bracket in self._brackets:
            if found := self._next_of(bracket, bracket.width, trial_id):
                return found
        if self._planned and (values := self._sampled()):
            number, width = self._planned.pop()
            self._brackets.append(Bracket(number, width, [{} for _ in range(number + 1)]))
            return self._begun(self._brackets[-1], values, trial_id)
        return {"status": "IDLE" if self._under_way else "STOPPED"}

    def _next_of(self, bracket: Bracket, width: int, trial_id: str):
        """The next trial of a bracket; None where there is none, or none yet."""
        if len(bracket.rounds[0]) < width:
            if values := self._sampled():
                return self._begun(bracket, values, trial_id)
            # There are no more: the bracket makes do with what it has.
            found = self._next_of(bracket, len(bracket.rounds[0]), trial_id)
            if found:
                self._planned.clear()
                bracket.width = len(bracket.rounds[0])
            return found
        for number in range(1, len(bracket.rounds)):
            if chosen := self._promoted(bracket, width, number):
                bracket.rounds[number][chosen.trial_id] = trial_id
                epochs = {EPOCHS: self._get_epochs(bracket.number, number)}
                return {"status": "RUNNING", "values": chosen.hyperparameters.values | epochs}
        return None

    def _promoted(self, bracket: Bracket, width: int, number: int):
        """The trial whose candidate goes on to a round; None where that isn't certain of any."""
        before = bracket.rounds[number - 1].values()
        waiting = [self.trials[name] for name in before if name not in bracket.rounds[number]]
        ended = [trial for trial in waiting if trial.status == "COMPLETED"]
        sizes = [self._size(bracket.number, at, width) for at in (number - 1, number)]
        behind = sizes[0] - sizes[1]
        return min(ended, key=lambda trial: trial.score) if len(ended) > behind else None

    def _sampled(self):
        """Values of a new candidate; None where no more are sampled."""
        return None if self.exhausted else self._random_values()

    def _begun(self, bracket: Bracket, values, trial_id: str):
        bracket.rounds[0][trial_id] = trial_id
        epochs = {EPOCHS: self._get_epochs(bracket.number, 0)}
        return {"status": "RUNNING", "values": values | epochs}

    def _is_over(self, bracket: Bracket) -> bool:
        """Whether it has all its trials, and none of its candidates can be rejected any more."""
        if len(bracket.rounds[-1]) < self._size(bracket.number, bracket.number, bracket.width):
            return False
        return all(self.trials[name].status != "RUNNING" for name in bracket.rounds[0])

    def resumable(self) -> set[str]:
        named = {told.handle.trial_id: told.trial.trial_id for told in self._outcomes.told}
        waiting = set()
        for bracket in self._brackets:
            for number, (before, following) in enumerate(itertools.pairwise(bracket.rounds), 1):
                if len(following) < self._size(bracket.number, number, bracket.width):
                    waiting |= set(before.values()) - following.keys()
                # Otherwise its places are taken: who has none stays behind.
        return {named[name] for name in waiting if name in named}

    def _ask(self) -> Proposal | None:
        """A candidate that failed may fill a place in a round; it isn't trained again for that."""
        while (proposal := super()._ask()) is not None:
            earlier = self._outcomes.latest.get(proposal.trial_id)
            if earlier is None or earlier.status != FAILED:
                break
            self.tell(proposal, earlier)
            self._see_outcomes()
        return proposal

    @property
    def _enough(self) -> bool:
        """Its brackets know, and come to their end also where nothing more is sampled."""
        return False

    def _score_without_result(self, worst):
        """Behind all others: it fills its place in a round and should go no further."""
        return math.inf

    def _epochs(self, trial) -> int:
        return trial.hyperparameters.values[EPOCHS]

    def epochs_left(self) -> float:
        """By the plan: what is missing of the running brackets, and all brackets after them."""
        left = 0 if self.exhausted else self._untried()
        epochs = 0
        coming = [Bracket(number, width, [{}] * (number + 1)) for number, width in self._planned]
        for bracket in [*self._brackets, *reversed(coming)]:
            sampled = len(bracket.rounds[0])
            width = min(bracket.width, sampled + left)
            left -= width - sampled
            epochs += self._missing(bracket, width)
        return epochs

    def _missing(self, bracket: Bracket, width: int) -> int:
        """Epochs that are missing of a bracket with so many candidates."""
        missing, before = 0, 0
        for number, entries in enumerate(bracket.rounds):
            epochs = self._get_epochs(bracket.number, number)
            places = self._size(bracket.number, number, width) - len(entries)
            missing += places * (epochs - before)
            before = epochs
        return missing

    @functools.cached_property
    def _planned(self) -> list[tuple[int, int]]:
        """Number and candidates of the brackets to come, as in Hyperband: the next one is last."""
        plan, left = [], self.config.max_trials
        for number in itertools.cycle(reversed(range(self._get_num_brackets()))):
            if not left:
                return plan
            plan.append((number, min(self._get_size(number, 0), left)))
            left -= plan[-1][1]

    def _size(self, number: int, round_number: int, width: int) -> int:
        """Trials of a round, in a bracket that may be narrower than it should be."""
        full = self._get_size(number, 0)
        return -(-self._get_size(number, round_number) * width // full)

    def _rejected(self, proposal: Proposal) -> None:
        for bracket in self._brackets:
            bracket.rounds[0].pop(proposal.handle.trial_id, None)
