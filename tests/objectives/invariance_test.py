"""The terms against NumPy, from the formulas of the papers."""

import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import ConfigError
from kerasae.data.config import DataConfig
from kerasae.models.families import pooled
from kerasae.objectives import Seen, invariance
from kerasae.run_config import RunConfig, TrainingConfig

IMAGES = np.zeros((50, 4, 4, 1), np.float32)
FIRST = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32) * [0.2, 1.0, 3.0]
SECOND = FIRST @ [[1, 0.5, 0], [0, 1, 0], [0, 0, 1]] + 0.1
SEEN = [Seen(IMAGES, code.astype(np.float32), IMAGES) for code in (FIRST, SECOND)]


def values(**options):
    objective = invariance.build(invariance.Config(**options))
    return {name: float(value) for name, value in objective.values(IMAGES, SEEN).items()}


def test_vicreg():
    found = values()
    assert found["invariance"] == pytest.approx(np.mean((FIRST - SECOND) ** 2), rel=1e-5)
    lacking = [np.maximum(0, 1 - np.sqrt(c.var(axis=0) + 1e-4)).mean() for c in (FIRST, SECOND)]
    assert found["variance"] == pytest.approx(np.mean(lacking), rel=1e-4)
    covariances = [np.cov(code.T) for code in (FIRST, SECOND)]
    expected = sum((c**2).sum() - (np.diag(c) ** 2).sum() for c in covariances) / 3
    assert found["covariance"] == pytest.approx(expected, rel=1e-4)


def test_barlow_twins():
    found = values(method="barlow_twins", covariance_weight=0.5)
    correlation = np.corrcoef(FIRST.T, SECOND.T)[:3, 3:]
    squares = (correlation - np.eye(3)) ** 2
    expected = (np.trace(squares) + 0.5 * (squares.sum() - np.trace(squares))) / 3
    # The smallest deviation is 0.2, to whose square 1e-4 is added.
    assert found["cross_correlation"] == pytest.approx(expected, rel=0.01)


def test_both_views_are_reconstructed():
    bright = Seen(IMAGES, SEEN[0].code, IMAGES + np.float32(0.5))
    objective = invariance.build(invariance.Config())
    found = objective.values(IMAGES, [SEEN[0], bright])
    assert float(found["mse_per_pixel"]) == pytest.approx(0.125)


def test_a_view_is_given_back_as_it_is_where_that_is_asked_for():
    moved = Seen(IMAGES + np.float32(0.5), SEEN[0].code, IMAGES + np.float32(0.5))
    for target, expected in (("image", 0.125), ("view", 0.0)):
        objective = invariance.build(invariance.Config(target=target, clean_view=True))
        found = objective.values(IMAGES, [SEEN[0], moved])
        assert float(found["mse_per_pixel"]) == pytest.approx(expected), target


@pytest.mark.parametrize("options", [{}, {"clean_view": True, "noise": "gaussian"}], ids=str)
def test_views_to_be_given_back_are_no_noise_and_not_all_moved(options):
    with pytest.raises(ConfigError, match=r"target=view needs .*clean_view.* without noise"):
        invariance.Config(target="view", **options)


def test_terms_bind_the_first_numbers_alone():
    alone = [Seen(IMAGES, view.code[:, :2], IMAGES) for view in SEEN]
    free, whole = invariance.Config(invariant_size=2), invariance.Config()
    bound = invariance.build(free).values(IMAGES, SEEN)
    expected = invariance.build(whole).values(IMAGES, alone)
    assert {name: float(value) for name, value in bound.items()} == pytest.approx(
        {name: float(value) for name, value in expected.items()}
    )
    assert values(invariant_size=2) != values()


def test_a_clean_view_is_the_image_itself():
    images = np.random.default_rng(0).random((6, 4, 4, 1), np.float32)
    keys = np.arange(18).reshape(6, 3)
    moved = invariance.build(invariance.Config()).views(images, keys)
    first, second = invariance.build(invariance.Config(clean_view=True)).views(images, keys)
    np.testing.assert_array_equal(first, images)
    np.testing.assert_array_equal(second, moved[1])
    assert np.abs(moved[0] - images).max() > 0.01


def test_weights_that_sum_to_nothing_are_refused():
    names = ("reconstruction", "invariance", "variance", "covariance")
    with pytest.raises(ConfigError, match="must not all be 0"):
        invariance.Config(**{f"{name}_weight": 0.0 for name in names})


def test_a_batch_of_one_is_refused():
    with pytest.raises(ConfigError, match=r"needs a --batch_size of 2 or more\. .*batch_size=1"):
        RunConfig(
            DataConfig(), TrainingConfig(batch_size=1), "pooled", pooled.Config(),
            "invariance", invariance.Config(),
        )  # fmt: skip


def test_an_attack_parts_the_codes_and_no_pixel_by_more():
    objective = invariance.build(invariance.Config(attack=0.1, invariant_size=2))
    rng = np.random.default_rng(0)
    first, second = (tf.constant(rng.random((5, 4, 4, 1), np.float32)) for _ in range(2))
    weights = rng.normal(size=(16, 3)).astype(np.float32)

    def encode(images):
        return tf.reshape(images, (-1, 16)) @ weights

    def apart(view):
        return np.sum((encode(view) - encode(first))[:, :2] ** 2, axis=1)

    kept, attacked = objective.harden((first, second), encode)
    np.testing.assert_array_equal(kept, first)
    gradient = 2 * (encode(second) - encode(first))[:, :2] @ weights[:, :2].T
    expected = np.clip(second + 0.1 * np.sign(gradient).reshape(second.shape), 0, 1)
    np.testing.assert_allclose(attacked, expected, atol=1e-6)
    assert np.all(apart(attacked) > apart(second))


def test_views_without_an_attack_stay_as_they_are():
    objective = invariance.build(invariance.Config())
    views = (IMAGES, IMAGES)
    assert objective.harden(views, encode=None) is views


def test_an_attack_on_views_that_are_alike_is_refused():
    still = dict.fromkeys(("shift", "rotate", "scale", "shear", "bend"), 0.0)
    with pytest.raises(ConfigError, match="needs two views that differ"):
        invariance.Config(attack=0.1, **still)
    invariance.Config(attack=0.1, noise="gaussian", **still)
