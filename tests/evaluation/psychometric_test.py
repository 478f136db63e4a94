import numpy as np
import pytest

from kerasae.evaluation import psychometric

LEVELS = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0]


def logistic_of_logarithm(levels, threshold, slope, clean, chance):
    """The same function from its definition, with the logarithm in it."""
    logit = slope * (np.log(levels) - np.log(threshold))
    return chance + (clean - chance) / (1 + np.exp(logit))


@pytest.mark.parametrize("threshold", [0.15, 0.4, 1.4])
@pytest.mark.parametrize("slope", [1.2, 4.0])
def test_a_known_curve_is_found_again(threshold, slope):
    rest = logistic_of_logarithm(np.array(LEVELS[1:]), threshold, slope, 0.95, 0.1)
    fitted = psychometric.fit(LEVELS, [0.95, *rest], 0.1)
    assert fitted.threshold == pytest.approx(threshold, rel=1e-3)
    assert fitted.slope == pytest.approx(slope, rel=1e-3)
    assert fitted.residual == pytest.approx(0, abs=1e-5)
    np.testing.assert_allclose(fitted(LEVELS), [0.95, *rest], atol=1e-5)


def test_the_threshold_is_half_way_from_clean_accuracy_to_chance():
    curve = psychometric.Psychometric(0.3, 2.5, 0.9, 0.1)
    assert curve(0.3) == pytest.approx(0.5)
    assert curve(0) == pytest.approx(0.9)
    assert curve(1e6) == pytest.approx(0.1)
    # The slope as documented: fall per factor of e, at the threshold.
    step = 1e-5
    fall = (curve(0.3) - curve(0.3 * np.exp(step))) / step
    assert fall == pytest.approx((0.9 - 0.1) * 2.5 / 4, rel=1e-3)


def test_points_beside_the_curve_leave_a_residual():
    accuracy = np.array([0.9, 0.8, 0.7, 0.4, 0.3, 0.2, 0.1])
    fitted = psychometric.fit(LEVELS, accuracy, 0.1)
    expected = np.sqrt(np.mean((fitted(LEVELS) - accuracy) ** 2))
    assert fitted.residual == pytest.approx(expected)
    assert 0 < fitted.residual < 0.1


@pytest.mark.parametrize(
    "accuracy",
    [
        [0.9] * 7,
        [0.1] * 7,
        [0.9, 0.86, 0.84, 0.82, 0.79, 0.76, 0.73],
        [0.9, *[0.9] * 5, 0.899],
        [0.12, *[0.1] * 6],
    ],
    ids=[
        "never falls",
        "nothing to fall",
        "falls far beyond",
        "hardly falls",
        "hardly anything to fall",
    ],
)
def test_no_threshold_is_reported_where_there_is_none(accuracy):
    fitted = psychometric.fit(LEVELS, accuracy, 0.1)
    assert np.isnan([fitted.threshold, fitted.slope, fitted.residual]).all()
    assert (fitted.clean, fitted.chance) == (accuracy[0], 0.1)


def test_a_sudden_fall_is_found_between_its_levels():
    fitted = psychometric.fit(LEVELS, [1, 1, 1, 0.5, 0.5, 0.5, 0.5], 0.5)
    assert 0.2 < fitted.threshold < 0.3
