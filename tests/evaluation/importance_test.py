import numpy as np
import pytest

from kerasae.evaluation import importance


def settings(count=120, columns=4):
    return np.random.default_rng(0).uniform(size=(count, columns))


def test_shares_are_those_of_the_variance_of_a_sum():
    """Independent columns of weights 3, 1, 0, 0 have 90 %, 10 %, 0 and 0 of the variance."""
    columns = settings(400)
    found = importance.measure(columns, columns @ [3.0, 1.0, 0.0, 0.0], seed=0)
    np.testing.assert_allclose(found.mean, [0.9, 0.1, 0, 0], atol=0.08)
    assert found.mean.argmax() == 0
    assert found.held_out_r2 > 0.9
    assert (found.std > 0).all()


def test_a_setting_that_works_only_with_another_counts_with_it():
    columns = settings(400) - 0.5
    found = importance.measure(columns, columns[:, 0] * columns[:, 1], seed=0)
    assert found.mean[:2].min() > 0.3
    assert np.abs(found.mean[2:]).max() < 0.1


def test_noise_is_explained_by_nothing():
    found = importance.measure(settings(), np.random.default_rng(1).normal(size=120), seed=0)
    assert found.held_out_r2 < 0.1
    assert found.mean.max() < 0.15


def test_the_same_seed_gives_the_same_and_another_one_another(monkeypatch):
    monkeypatch.setattr(importance, "SPLITS", 3)
    columns = settings(30, 2)
    first, again, other = (importance.measure(columns, columns[:, 0], seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.mean, again.mean)
    assert (first.mean != other.mean).any()


@pytest.mark.parametrize(
    ("results", "message"),
    [(np.arange(19.0), "at least 20 completed trials are needed; there are 19"),
     (np.ones(20), "hardly any two trials reached something different")],
)  # fmt: skip
def test_what_tells_nothing_is_refused(results, message):
    with pytest.raises(ValueError, match=message):
        importance.measure(settings(len(results)), results, seed=0)
