"""Brackets and rounds of Hyperband, on a space where training is a formula."""

import itertools
import random

import pytest
from formula_search import EPOCHS, ERROR, SPACE, at_once, error, search

from kerasae.tuning import record
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, Proposed, Trial
from kerasae.tuning.tuners import hyperband

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")


def test_the_best_of_a_bracket_go_on(load_space):
    """With 9 epochs and a factor of 3, nine candidates for 1 epoch, three for 3, one for 9."""
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    outcomes = search("hyperband", candidates, trials=9)
    rounds = [[o for o in outcomes if o.epochs == epochs] for epochs in (1, 3, 9)]
    assert [len(entries) for entries in rounds] == [9, 3, 1]
    for entries, following in itertools.pairwise(rounds):
        best = sorted(entries, key=lambda o: error(o.values))[: len(following)]
        # Of equals either may go on.
        assert sorted(error(o.values) for o in following) == [error(o.values) for o in best]


@pytest.mark.parametrize(
    ("trials", "brackets"),
    [
        (12, [{3: 3, 9: 2}, {1: 9, 3: 3, 9: 1}]),
        (17, [{9: 3}, {3: 5, 9: 2}, {1: 9, 3: 3, 9: 1}]),
    ],
)
def test_few_candidates_for_many_epochs_come_first(load_space, trials, brackets):
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    outcomes = search("hyperband", candidates, trials=trials)
    epochs = [epochs for bracket in brackets for epochs in bracket]
    assert [trained for trained, _ in itertools.groupby(o.epochs for o in outcomes)] == epochs
    runs = [len(list(same)) for _, same in itertools.groupby(o.epochs for o in outcomes)]
    assert runs == [number for bracket in brackets for number in bracket.values()]


@pytest.mark.parametrize("places", [2, 6])
def test_whatever_is_under_way_the_same_candidates_go_on(load_space, places):
    """And nobody idles while there are candidates for the next bracket."""
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    fate = {"0004": FAILED, "0007": FAILED}
    alone = search("hyperband", candidates, trials=17, fate=fate)
    events = at_once("hyperband", candidates, places, random.Random(1), trials=17, fate=fate)
    ended = [(o.trial_id, o.epochs) for o in record.trials(events)]
    assert sorted(ended) == sorted((o.trial_id, o.epochs) for o in alone)
    running, seen = 0, set()
    for event in events:
        if isinstance(event, Proposed):
            seen.add(event.trial_id)
            running += 1
        else:
            assert running == places or len(seen) == 17
            running -= 1


def test_a_bracket_is_full_in_spite_of_failures(load_space):
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    fate = {f"{n:04d}": FAILED for n in range(8)} | {"0008": REJECTED}
    outcomes = search("hyperband", candidates, trials=9, fate=fate)
    assert sum(o.epochs == 9 and o.status == COMPLETED for o in outcomes) == 1
    assert outcomes[-1].trial_id == "0009"
    # Failures fill the next round beside it, and aren't trained again for that.
    assert len([o for o in outcomes if o.status == FAILED]) == 8
    whole = [search("hyperband", candidates, trials=9, fate=fate, known=outcomes[:cut])
             for cut in (4, len(outcomes) - 1)]  # fmt: skip
    assert whole == [outcomes, outcomes]


def test_who_may_go_on_is_kept_and_nobody_else(load_space):
    """Of nine, all wait; once three are chosen, those; once one is chosen, none but it."""
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    oracle = hyperband.Tuner(TunerConfig(candidates, ERROR, 1, EPOCHS, 9))
    waiting, chosen = [], {1: set(), 3: set(), 9: set()}
    while (proposal := oracle.propose()) is not None:
        numbers = {"val_mse_per_pixel": error(proposal.values, proposal.epochs)}
        outcome = Trial(
            proposal.trial_id, proposal.values, COMPLETED, "", proposal.epochs, 1.0, numbers
        )
        oracle.tell(proposal, outcome)
        chosen[proposal.epochs].add(proposal.trial_id)
        waiting.append(oracle.resumable())
    assert waiting[8] == chosen[1] and len(chosen[1]) == 9
    assert waiting[11] == chosen[3] and len(chosen[3]) == 3
    assert waiting[12] == oracle.resumable() == set()


def test_a_short_last_bracket_still_trains_one_to_the_end(load_space):
    candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
    outcomes = search("hyperband", candidates, trials=2)
    assert [o.epochs for o in outcomes] == [1, 1, 3, 9]
