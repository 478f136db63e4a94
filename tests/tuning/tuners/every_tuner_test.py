"""What holds for every tuner, on a space where training is a formula."""

import dataclasses
import itertools
import math
import statistics

import pytest

from kerasae import registry
from kerasae.config import RunError
from kerasae.tuning import oracle as oracles
from kerasae.tuning.oracle import Task
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, STOPPED_EARLY, Outcome, latest
from kerasae.tuning.tuners import bayesian, hyperband

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")

NAMES = registry.names(registry.TUNERS)
EPOCHS = 9
ERROR = ("val_mse_per_pixel",)
# One stage with 2 widths or two with 2 x 2, each with 3 latent sizes: 18 runs.
SPACE = """
[stages]
choices = [1, 2]
["model.filters[0]"]
choices = [2, 4]
["model.filters[1]"]
choices = [2, 4]
when = { stages = 2 }
["model.latent_dim"]
min = 2
max = 6
step = 2
"""
SIZE = 18


def error(values, epochs=EPOCHS):
    """Least for one stage of 2 filters and the largest code."""
    return (
        values["model.filters[0]"] * values.get("stages", 1) / values["model.latent_dim"] / epochs
    )


def search(name, candidates, trials=SIZE, seed=1, known=(), fate=None, objectives=ERROR, left=None):
    """Proposes and answers to the end; `fate` gives statuses by trial, `left` gets epochs left."""
    task = Task(candidates, objectives, seed, EPOCHS, trials)
    oracle = registry.load(registry.TUNERS, name, "--tuner").make(task)
    outcomes = []
    while len(outcomes) < 200:
        past = known[len(outcomes)] if len(outcomes) < len(known) else None
        proposal = oracle.propose(past)
        if proposal is None:
            return outcomes
        status = COMPLETED if proposal.epochs == EPOCHS else STOPPED_EARLY
        status = (fate or {}).get(proposal.trial_id, status)
        numbers = {"val_mse_per_pixel": error(proposal.values, proposal.epochs), "parameters": 7}
        outcomes.append(
            Outcome(
                proposal.trial_id,
                proposal.values,
                status,
                "",
                proposal.epochs,
                1.0,
                numbers if status in (COMPLETED, STOPPED_EARLY) else {},
            )
        )
        oracle.tell(proposal, outcomes[-1])
        if left is not None:
            left.append(oracle.epochs_left())
    raise AssertionError("the search doesn't end")


@pytest.fixture(autouse=True)
def small_pool(monkeypatch):
    """The process is asked about fewer candidates, which is enough for spaces so small."""
    monkeypatch.setattr(bayesian, "POOL", 300)


@pytest.fixture
def candidates(load_space):
    return load_space(SPACE)


@pytest.mark.parametrize("name", NAMES)
class TestEveryTuner:
    def test_a_small_space_is_tried_whole_and_nothing_twice(self, name, candidates):
        found = latest(search(name, candidates))
        runs = {candidates.config(outcome.values) for outcome in found}
        assert len(runs) == len(found) == SIZE == candidates.size[0]
        assert [outcome.trial_id for outcome in found] == [f"{n:04d}" for n in range(SIZE)]

    def test_as_many_as_wanted(self, name, candidates):
        assert len(latest(search(name, candidates, trials=7))) == 7

    def test_the_seed_decides(self, name, load_space):
        candidates = load_space(SPACE + "[batch_size]\nmin = 1\nmax = 500\n")
        first = search(name, candidates, trials=8)
        assert search(name, candidates, trials=8) == first
        if name != "grid":
            assert search(name, candidates, trials=8, seed=2) != first

    @pytest.mark.parametrize("cut", [3, 11])
    def test_going_on_from_a_record_changes_nothing(self, name, load_space, cut):
        candidates = load_space(SPACE + "[learning_rate]\nchoices = [0.1, 0.2, 0.3]\n")
        fate = {"0002": FAILED, "0004": REJECTED, "0009": FAILED}
        whole = search(name, candidates, trials=12, fate=fate)
        assert search(name, candidates, trials=12, fate=fate, known=whole[:cut]) == whole

    @pytest.mark.parametrize("cut", [3, 11])
    def test_nor_does_it_where_few_points_are_tried(self, name, candidates, cut, monkeypatch):
        monkeypatch.setattr(oracles, "MOST_POINTS", 2)
        whole = search(name, candidates, trials=12)
        assert search(name, candidates, trials=12, known=whole[:cut]) == whole

    def test_another_record_is_refused(self, name, candidates):
        whole = search(name, candidates, trials=4)
        for change in ({"trial_id": "0007"}, {"values": {**whole[1].values, "stages": 9}}):
            changed = dataclasses.replace(whole[1], **change)
            with pytest.raises(RunError, match="not what this search proposes"):
                search(name, candidates, trials=4, known=[whole[0], changed])

    def test_failed_and_rejected_candidates_do_not_end_it(self, name, candidates):
        fate = {f"{n:04d}": FAILED for n in range(3)} | {f"{n:04d}": REJECTED for n in range(3, 6)}
        found = latest(search(name, candidates, fate=fate))
        assert len(found) == SIZE
        assert any(outcome.status == COMPLETED for outcome in found)

    def test_rejected_candidates_do_not_count(self, name, candidates):
        found = latest(
            search(name, candidates, trials=5, fate={"0001": REJECTED, "0003": REJECTED})
        )
        assert len(found) == 7

    def test_constraints_that_leave_nothing_end_it(self, name, load_space, monkeypatch):
        """What was trained before goes on to its end, and a search that goes on ends there too."""
        monkeypatch.setattr(oracles, "MOST_REJECTED", 6)
        candidates = load_space(SPACE + "[learning_rate]\nchoices = [0.1, 0.2, 0.3]\n")
        fate = {f"{n:04d}": REJECTED for n in range(1, 54) if n != 6}
        found = search(name, candidates, trials=8, fate=fate)
        if name == "grid":
            assert len(latest(found)) == candidates.size[0] == 54
        else:
            # Five in a row are not six, so trial 6 is trained too.
            assert len(latest(found)) == 13
            assert search(name, candidates, trials=8, fate=fate, known=found[:-1]) == found
        assert any(outcome.status == COMPLETED for outcome in found)

    def test_the_epochs_left_come_to_nothing(self, name, load_space):
        candidates = load_space(SPACE + "[learning_rate]\nchoices = [0.1, 0.2, 0.3]\n")
        left = []
        found = search(name, candidates, trials=14, fate={"0002": REJECTED}, left=left)
        assert left[-1] == 0
        assert all(after <= before for before, after in itertools.pairwise(left[2:]))
        trained = {outcome.trial_id: outcome.epochs for outcome in found}
        # After one proposal it knows what all of them will take.
        assert left[0] == sum(trained.values()) - found[0].epochs - trained["0002"]

    def test_no_epoch_is_left_where_the_whole_space_was_tried(self, name, candidates):
        """A rejected one can't be replaced there."""
        left = []
        search(name, candidates, fate={"0002": REJECTED, "0005": REJECTED}, left=left)
        assert left[-1] == 0

    def test_several_objectives(self, name, candidates):
        found = latest(search(name, candidates, trials=8, objectives=(*ERROR, "parameters")))
        assert len(found) == 8

    def test_the_reason_of_an_early_end_is_known(self, name, load_space):
        if name != "grid":
            endless = load_space("[learning_rate]\nmin = 0.1\nmax = 1\n")
            task = Task(endless, ERROR, 1, EPOCHS, 3)
            oracle = registry.load(registry.TUNERS, name, "--tuner").make(task)
            assert oracle.why_over() == "1,000 points found no other candidate that makes a model"
        task = Task(load_space(SPACE), ERROR, 1, EPOCHS, 30)
        oracle = registry.load(registry.TUNERS, name, "--tuner").make(task)
        assert oracle.why_over() == "the space has no other candidate"

    def test_only_models_that_fit_the_images_are_proposed(self, name, load_space):
        candidates = load_space(
            '["model.kernel_sizes[0]"]\nchoices = [3, 9, 15]\n'
            '["model.kernel_sizes[1]"]\nchoices = [3, 9, 15]\n',
            "--model=all_convolutional",
            image_size=(20, 20),
        )
        task = Task(candidates, ERROR, 1, 1, 9)
        oracle = registry.load(registry.TUNERS, name, "--tuner").make(task)
        kernels = []
        while (proposal := oracle.propose()) is not None:
            kernels.append(proposal.config.model_config.kernel_sizes)
            numbers = {"val_mse_per_pixel": sum(kernels[-1])}
            oracle.tell(
                proposal,
                Outcome(proposal.trial_id, proposal.values, COMPLETED, "", 1, 1.0, numbers),
            )
        assert sorted(kernels) == [(3, 3), (3, 9), (3, 15), (9, 3), (9, 9), (15, 3)]


def test_the_process_finds_what_chance_does_not(load_space):
    """On a smooth error, the best of 20 Bayesian proposals beats the best of 20 drawn."""
    candidates = load_space(
        "[learning_rate]\nmin = 1e-4\nmax = 1\nlog = true\n"
        "[beta_2]\nmin = 0.0\nmax = 0.99\n[batch_size]\nmin = 1\nmax = 500\n"
    )

    def best(name, seed):
        task = Task(candidates, ERROR, seed, EPOCHS, 20)
        oracle = registry.load(registry.TUNERS, name, "--tuner").make(task)
        errors = []
        while (proposal := oracle.propose()) is not None:
            values = proposal.values
            found = (
                abs(values["learning_rate"] ** 0.25 - 0.4)
                + abs(values["beta_2"] - 0.3)
                + abs(values["batch_size"] / 500 - 0.7)
            )
            errors.append(found)
            numbers = {"val_mse_per_pixel": found}
            oracle.tell(
                proposal,
                Outcome(proposal.trial_id, values, COMPLETED, "", EPOCHS, 1.0, numbers),
            )
        return min(errors)

    drawn = [best("random", seed) for seed in range(1, 11)]
    assert best("bayesian", 1) < 0.6 * statistics.median(drawn)


class TestFirstCandidates:
    @pytest.mark.parametrize("seed", range(1, 6))
    @pytest.mark.parametrize("name", ["random", "bayesian", "hyperband"])
    def test_four_are_in_four_quarters_of_every_range(self, load_space, name, seed):
        """Four independent draws are in 9 % of all cases, for one range."""
        candidates = load_space(
            "[learning_rate]\nmin = 1e-4\nmax = 1\nlog = true\n"
            '["model.latent_dim"]\nmin = 1\nmax = 8\n["model.filters[0]"]\nchoices = [1, 2, 3, 4]\n'
        )
        found = latest(search(name, candidates, trials=4, seed=seed))
        values = [outcome.values for outcome in found]
        rates = sorted(math.log10(one["learning_rate"]) for one in values)
        assert [math.floor(rate) for rate in rates] == [-4, -3, -2, -1]
        assert sorted((one["model.latent_dim"] - 1) // 2 for one in values) == [0, 1, 2, 3]
        assert sorted(one["model.filters[0]"] for one in values) == [1, 2, 3, 4]

    def test_numbers_are_pythons_own(self, load_space):
        """A NumPy number would make Keras compute a schedule in another precision."""
        candidates = load_space(
            SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n[batch_size]\nmin = 1\nmax = 9\n"
        )
        for outcome in search("random", candidates, trials=3):
            rate = outcome.values.pop("learning_rate")
            assert type(rate) is float
            assert {type(value) for value in outcome.values.values()} == {int}


class TestHyperband:
    def test_the_best_of_a_bracket_go_on(self, load_space):
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
    def test_few_candidates_for_many_epochs_come_first(self, load_space, trials, brackets):
        candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
        outcomes = search("hyperband", candidates, trials=trials)
        epochs = [epochs for bracket in brackets for epochs in bracket]
        assert [trained for trained, _ in itertools.groupby(o.epochs for o in outcomes)] == epochs
        runs = [len(list(same)) for _, same in itertools.groupby(o.epochs for o in outcomes)]
        assert runs == [number for bracket in brackets for number in bracket.values()]

    def test_a_bracket_is_full_in_spite_of_failures(self, load_space):
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

    def test_who_may_go_on_is_kept_and_nobody_else(self, load_space):
        """Of nine, all wait; once three are chosen, those; once one is chosen, none but it."""
        candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
        oracle = hyperband.make(Task(candidates, ERROR, 1, EPOCHS, 9))
        waiting, chosen = [], {1: set(), 3: set(), 9: set()}
        while (proposal := oracle.propose()) is not None:
            numbers = {"val_mse_per_pixel": error(proposal.values, proposal.epochs)}
            outcome = Outcome(
                proposal.trial_id, proposal.values, COMPLETED, "", proposal.epochs, 1.0, numbers
            )
            oracle.tell(proposal, outcome)
            chosen[proposal.epochs].add(proposal.trial_id)
            waiting.append(oracle.may_go_on())
        assert waiting[8] == chosen[1] and len(chosen[1]) == 9
        assert waiting[11] == chosen[3] and len(chosen[3]) == 3
        assert waiting[12] == oracle.may_go_on() == set()

    def test_a_short_last_bracket_still_trains_one_to_the_end(self, load_space):
        candidates = load_space(SPACE + "[learning_rate]\nmin = 0.1\nmax = 1\n")
        outcomes = search("hyperband", candidates, trials=2)
        assert [o.epochs for o in outcomes] == [1, 1, 3, 9]
