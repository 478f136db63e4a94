"""Many candidates for few epochs, the best of them for more.

Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar: "Hyperband" (JMLR 18, 2018).
"""

import functools
import itertools
import math

from keras_tuner.oracles import HyperbandOracle

from kerasae.tuning.oracle import BaseOracle, Proposal, TunerConfig
from kerasae.tuning.record import FAILED

ENUMERATES = False
PRUNES = True
PLANS_MAX_TRIALS = True

EPOCHS, EARLIER = "tuner/epochs", "tuner/trial_id"
FACTOR = 3


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
    """

    def __init__(self, config: TunerConfig):
        self._width = 0  # candidates of the current bracket
        super().__init__(config, max_epochs=config.epochs, factor=FACTOR, hyperband_iterations=None)

    def resumable(self) -> set[str]:
        pairs = zip(self._proposed, self.outcomes, strict=True)
        proposed = {trial.trial_id: outcome.trial_id for trial, outcome in pairs}
        waiting = set()
        for bracket in self._brackets:
            rounds = bracket["rounds"]
            for number, following in enumerate(rounds[1:]):
                if len(following) == self._get_size(bracket["bracket_num"], number + 1):
                    continue  # Its places are taken: who has none stays behind.
                promoted = {info["past_id"] for info in following}
                waiting |= {info["id"] for info in rounds[number]} - promoted
        return {proposed[trial_id] for trial_id in waiting if trial_id in proposed}

    def _ask(self) -> Proposal | None:
        """A candidate that failed may fill a place in a round; it isn't trained again for that."""
        while (proposal := super()._ask()) is not None:
            earlier = [o for o in self.outcomes if o.trial_id == proposal.trial_id]
            if not earlier or earlier[-1].status != FAILED:
                break
            self.tell(proposal, earlier[-1])
            self._see_outcomes()
        return proposal

    @property
    def _finished(self) -> bool:
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
        running = [(b["bracket_num"], self._width, b["rounds"]) for b in self._brackets]
        coming = [(n, width, [[]] * self._get_num_rounds(n)) for n, width in self._planned]
        for number, width, rounds in running + coming[::-1]:
            sampled = len(rounds[0])
            width = min(width, sampled + left)
            left -= width - sampled
            epochs += self._missing(number, width, rounds)
        return epochs

    def _missing(self, bracket_num, width, rounds) -> int:
        """Epochs that are missing of a bracket with so many candidates."""
        missing, before = 0, 0
        for number, entries in enumerate(rounds):
            epochs = self._get_epochs(bracket_num, number)
            missing += (self._size(bracket_num, number, width) - len(entries)) * (epochs - before)
            before = epochs
        return missing

    @functools.cached_property
    def _planned(self) -> list[tuple[int, int]]:
        """Number and candidates of the brackets to come, as in Hyperband: the next one is last."""
        plan, left = [], self.config.max_trials
        for number in itertools.cycle(reversed(range(self._get_num_brackets()))):
            if not left:
                return plan
            plan.append((number, min(super()._get_size(number, 0), left)))
            left -= plan[-1][1]

    def _start_new_bracket(self):
        self._current_bracket, self._width = self._planned.pop() if self._planned else (0, 0)
        super()._start_new_bracket()

    def _get_size(self, bracket_num, round_num):
        return self._size(bracket_num, round_num, self._width)

    def _size(self, bracket_num, round_num, width):
        """Trials of a round, in a bracket that may be smaller than it should be."""
        size, full = (super(Tuner, self)._get_size(bracket_num, r) for r in (round_num, 0))
        return -(-size * width // full)

    def _random_trial(self, trial_id, bracket):
        sampled = len(bracket["rounds"][0])
        if sampled < self._width and not self.exhausted:
            response = super()._random_trial(trial_id, bracket)
            if response["status"] == "RUNNING":
                return response
        # There are no more: the bracket makes do with what it has.
        self._planned.clear()
        self._width = sampled
        return self.populate_space(trial_id) if sampled else {"status": "STOPPED"}

    def _rejected(self, proposal: Proposal) -> None:
        trial_id = proposal.handle.trial_id
        for bracket in self._brackets:
            first = bracket["rounds"][0]
            first[:] = [info for info in first if info["id"] != trial_id]
