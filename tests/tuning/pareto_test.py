"""The front against a slow loop, and how trials are ranked by it."""

import numpy as np
import pytest

from kerasae.tuning import pareto, ranking
from kerasae.tuning.objectives import KNOWN
from kerasae.tuning.record import COMPLETED, FAILED, STOPPED_EARLY, Trial


def slow_front(losses):
    """By the words of the definition, one pair at a time."""
    on_it = []
    for point in losses:
        beaten = False
        for other in losses:
            as_good = all(o <= p for o, p in zip(other, point, strict=True))
            better = any(o < p for o, p in zip(other, point, strict=True))
            beaten = beaten or (as_good and better)
        on_it.append(not beaten)
    return on_it


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("objectives", [1, 2, 4])
def test_the_front_is_what_nothing_beats(seed, objectives):
    losses = np.random.default_rng(seed).integers(0, 6, (40, objectives))
    assert pareto.front(losses).tolist() == slow_front(losses.tolist())


def test_equal_points_are_on_the_front_together():
    assert pareto.front([[1, 2], [1, 2], [2, 2]]).tolist() == [True, True, False]


def test_ranks_peel_fronts_off():
    assert pareto.ranks([[0, 0], [1, 1], [1, 0], [2, 2]]).tolist() == [0, 2, 1, 3]


def trial(number, status, error, parameters):
    numbers = {"val_mse_per_pixel": error, "val_accuracy": 1 - error, "parameters": parameters}
    return Trial(f"{number:04d}", {}, status, "", 1, 1.0, numbers)


TRIALS = [
    trial(0, COMPLETED, 0.3, 10),
    trial(1, COMPLETED, 0.1, 90),
    trial(2, STOPPED_EARLY, 0.0, 1),
    trial(3, COMPLETED, 0.2, 100),
    Trial("0004", {}, FAILED, "", 0, 0.0, {}),
]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("val_mse_per_pixel",), ["0001", "0003", "0000"]),
        (("val_accuracy",), ["0001", "0003", "0000"]),
        (("val_mse_per_pixel", "parameters"), ["0001", "0000", "0003"]),
    ],
)
def test_only_completed_trials_are_ranked(names, order):
    assert [
        one.trial_id for one in ranking.ranked(TRIALS, [KNOWN[name] for name in names])
    ] == order


def test_the_last_trial_of_a_candidate_counts():
    again = [*TRIALS, trial(2, COMPLETED, 0.05, 1)]
    assert ranking.ranked(again, [KNOWN["val_mse_per_pixel"]])[0].trial_id == "0002"
    (alone,) = ranking.front(again, [KNOWN["val_mse_per_pixel"], KNOWN["parameters"]])
    assert alone.trial_id == "0002"


def test_ties_go_by_the_other_objectives_and_then_by_number():
    both = [KNOWN["val_mse_per_pixel"], KNOWN["parameters"]]
    # A number above 9999 has more digits, and comes last all the same.
    tied = [trial(10_000, COMPLETED, 0.1, 20), trial(2, COMPLETED, 0.1, 20),
            trial(1, COMPLETED, 0.1, 30), trial(0, COMPLETED, 0.2, 10)]  # fmt: skip

    def numbers(trials):
        return [int(one.trial_id) for one in trials]

    assert numbers(ranking.ranked(tied, both)) == [2, 10_000, 0, 1]
    assert numbers(ranking.front(tied, both)) == [2, 10_000, 0]
    assert numbers(ranking.ranked(tied, both[:1])) == [1, 2, 10_000, 0]


def test_nothing_completed_is_no_error():
    assert ranking.ranked(TRIALS[-1:], [KNOWN["val_mse_per_pixel"]]) == []


@pytest.mark.parametrize("count", [1, 3, 10, 60])
@pytest.mark.parametrize("objectives", [1, 2])
def test_the_best_few_are_the_first_of_all(count, objectives):
    drawn = np.random.default_rng(count).integers(1, 9, (50, 2)).tolist()
    trials = [trial(number, COMPLETED, *both) for number, both in enumerate(drawn)]
    names = [KNOWN["val_mse_per_pixel"], KNOWN["parameters"]][:objectives]
    assert ranking.ranked(trials, names, count) == ranking.ranked(trials, names)[:count]
