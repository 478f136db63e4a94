"""One number from several objectives."""

import math

import numpy as np
import pytest

from kerasae.tuning import scoring
from kerasae.tuning.objectives import KNOWN
from kerasae.tuning.record import COMPLETED, FAILED, Trial

BOTH = (KNOWN["val_mse_per_pixel"], KNOWN["parameters"])


def trial(error, parameters):
    numbers = {"val_mse_per_pixel": error, "val_accuracy": 1 - error, "parameters": parameters}
    return Trial("0000", {}, COMPLETED, "", 1, 1.0, numbers)


FAILURE = Trial("0001", {}, FAILED, "", 0, 0.0, {})


def scores(trials, objectives, seed, proposal):
    return scoring.scores([scoring.losses(one, objectives) for one in trials], seed, proposal)


def test_one_objective_is_its_own_score():
    trials = [trial(0.25, 1), FAILURE]
    assert scores(trials, [KNOWN["val_mse_per_pixel"]], 1, 0) == [0.25, None]
    assert scores(trials, [KNOWN["val_accuracy"]], 1, 0) == [pytest.approx(0.25), None]


def test_several_are_weighed_as_in_parego():
    """By the formula, with the weights solved for from two corners of the scaled square."""
    trials = [trial(0.01, 10_000), trial(1.0, 100), FAILURE, trial(0.1, 1_000)]
    first, second, failed, middle = scores(trials, BOTH, 1, 0)
    # Scaled, the corners are (0, 1) and (1, 0): their scores are 1.05 times the weights.
    weights = second / 1.05, first / 1.05
    assert sum(weights) == pytest.approx(1)
    assert failed is None
    # The third lies in the middle on both logarithmic scales.
    assert middle == pytest.approx(max(weights) / 2 + 0.05 / 2)


def test_every_proposal_draws_other_weights():
    trials = [trial(0.01, 10_000), trial(1.0, 100)]
    found = {tuple(scores(trials, BOTH, 1, proposal)) for proposal in range(50)}
    assert len(found) == 50
    assert scores(trials, BOTH, 1, 3) == scores(trials, BOTH, 1, 3)
    lower = np.mean([first < second for first, second in found])
    assert 0.2 < lower < 0.8


def test_what_is_beaten_in_everything_never_scores_best():
    trials = [trial(0.1, 100), trial(0.1, 200), trial(0.01, 1_000)]
    for proposal in range(20):
        best, beaten, _ = scores(trials, BOTH, 1, proposal)
        assert best < beaten


def test_nothing_measured_and_no_difference():
    assert scores([FAILURE], BOTH, 1, 0) == [None]
    alone = scores([trial(0.1, 5)], BOTH, 1, 0)
    assert all(math.isfinite(score) for score in alone)
    assert scoring.worst([None, 3.0, math.inf, 1.0]) == 3.0
    assert scoring.worst([None]) is None
