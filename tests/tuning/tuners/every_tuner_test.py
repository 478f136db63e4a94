"""What holds for every tuner, on a space where training is a formula."""

import dataclasses
import itertools
import random
import statistics

import pytest
from formula_search import EPOCHS, ERROR, SIZE, SPACE, at_once, replayed, search

from kerasae import registry
from kerasae.config import RunError
from kerasae.tuning import oracle as oracles
from kerasae.tuning import record, sampling
from kerasae.tuning.objectives import KNOWN
from kerasae.tuning.oracle import TunerConfig
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, Ended, Trial, latest
from kerasae.tuning.tuners import bayesian

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")

NAMES = registry.names(registry.TUNERS)


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
        monkeypatch.setattr(sampling, "MAX_POINTS", 2)
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
        monkeypatch.setattr(oracles, "MAX_REJECTED", 6)
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

    @pytest.mark.parametrize("places", [2, 5])
    def test_trials_under_way(self, name, load_space, places):
        """Each ends once, none is tried twice, and a replay asks the very same, wherever it is cut.

        Whether there was nothing to ask for in between leaves no trace: the replay never asks then.
        """
        candidates = load_space(SPACE + "[learning_rate]\nchoices = [0.1, 0.2, 0.3]\n")
        fate = {"0002": FAILED, "0004": REJECTED, "0006": REJECTED, "0009": FAILED}
        order = random.Random(places)
        events = at_once(name, candidates, places, order, trials=14, fate=fate)
        assert record.under_way(events) == []
        found = latest(record.trials(events))
        assert record.counted(found) == 14
        assert record.asked_for(events) == 14
        assert len({candidates.config(trial.values) for trial in found}) == len(found)
        asked = [event for event in events if not isinstance(event, Ended)]
        for known in (0, 9, len(events)):
            assert replayed(name, candidates, events, known, trials=14) == asked

    def test_trials_under_way_where_the_space_ends(self, name, candidates):
        fate = {"0003": REJECTED, "0005": FAILED}
        events = at_once(name, candidates, 4, random.Random(0), trials=30, fate=fate)
        assert record.under_way(events) == []
        assert len(latest(record.trials(events))) == SIZE
        asked = [event for event in events if not isinstance(event, Ended)]
        assert replayed(name, candidates, events, 7, trials=30) == asked

    def test_several_objectives(self, name, candidates):
        found = latest(search(name, candidates, trials=8, objectives=(*ERROR, KNOWN["parameters"])))
        assert len(found) == 8

    def test_the_reason_of_an_early_end_is_known(self, name, load_space):
        if name != "grid":
            endless = load_space("[learning_rate]\nmin = 0.1\nmax = 1\n")
            config = TunerConfig(endless, ERROR, 1, EPOCHS, 3)
            oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
            assert oracle.end_reason() == "1,000 points found no other candidate that makes a model"
        config = TunerConfig(load_space(SPACE), ERROR, 1, EPOCHS, 30)
        oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
        assert oracle.end_reason() == "the space has no other candidate"

    def test_only_models_that_fit_the_images_are_proposed(self, name, load_space):
        candidates = load_space(
            '["model.kernel_sizes[0]"]\nchoices = [3, 9, 15]\n'
            '["model.kernel_sizes[1]"]\nchoices = [3, 9, 15]\n',
            "--model=all_convolutional",
            image_size=(20, 20),
        )
        config = TunerConfig(candidates, ERROR, 1, 1, 9)
        oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
        kernels = []
        while (proposal := oracle.propose()) is not None:
            kernels.append(proposal.config.model_config.kernel_sizes)
            numbers = {"val_mse_per_pixel": sum(kernels[-1])}
            oracle.tell(
                proposal,
                Trial(proposal.trial_id, proposal.values, COMPLETED, "", 1, 1.0, numbers),
            )
        assert sorted(kernels) == [(3, 3), (3, 9), (3, 15), (9, 3), (9, 9), (15, 3)]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_tuner_can_is_known_without_importing_it(name):
    for constant in ("ENUMERATES", "PRUNES", "PLANS_MAX_TRIALS"):
        assert isinstance(registry.constant(registry.TUNERS, name, constant), bool)
    plugin = registry.load(registry.TUNERS, name, "--tuner")
    assert issubclass(plugin.Tuner, oracles.BaseOracle)
    assert plugin.Tuner.enumerates == plugin.ENUMERATES


def test_the_process_finds_what_chance_does_not(load_space):
    """On a smooth error, the best of 20 Bayesian proposals beats the best of 20 drawn."""
    candidates = load_space(
        "[learning_rate]\nmin = 1e-4\nmax = 1\nlog = true\n"
        "[beta_2]\nmin = 0.0\nmax = 0.99\n[batch_size]\nmin = 1\nmax = 500\n"
    )

    def best(name, seed):
        config = TunerConfig(candidates, ERROR, seed, EPOCHS, 20)
        oracle = registry.load(registry.TUNERS, name, "--tuner").Tuner(config)
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
                Trial(proposal.trial_id, values, COMPLETED, "", EPOCHS, 1.0, numbers),
            )
        return min(errors)

    sampled = [best("random", seed) for seed in range(1, 11)]
    assert best("bayesian", 1) < 0.6 * statistics.median(sampled)
