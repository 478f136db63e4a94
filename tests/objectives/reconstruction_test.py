import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.objectives import Seen, reconstruction

IMAGES, OTHERS = np.random.default_rng(0).random((2, 4, 12, 12, 1), np.float32)
SEEN = [Seen(IMAGES, np.zeros((4, 2), np.float32), OTHERS)]


def values(**options):
    objective = reconstruction.build(reconstruction.Config(**options))
    found = objective.values(IMAGES, SEEN)
    assert set(found) == set(objective.terms)
    return {name: float(value) for name, value in found.items()}


def test_an_image_is_shown_as_it_is():
    objective = reconstruction.build(reconstruction.Config())
    (view,) = objective.views(IMAGES, np.zeros((4, 3), np.int64))
    np.testing.assert_array_equal(view, IMAGES)


def test_errors_are_what_they_are_called():
    difference = OTHERS - IMAGES
    assert values() == {"mse_per_pixel": pytest.approx(np.mean(difference**2), rel=1e-6)}
    assert values(error="l1") == {
        "l1_per_pixel": pytest.approx(np.mean(np.abs(difference)), rel=1e-6)
    }
    nats = -np.mean(IMAGES * np.log(OTHERS) + (1 - IMAGES) * np.log(1 - OTHERS), dtype=np.float64)
    assert values(error="binary_crossentropy") == {
        "binary_crossentropy_per_pixel": pytest.approx(nats, rel=1e-4)
    }
    (dissimilarity,) = values(error="ssim").values()
    assert 0.5 < dissimilarity < 1.5, "two noises are as good as unlike"


def test_an_image_that_comes_back_has_no_dissimilarity():
    objective = reconstruction.build(reconstruction.Config("ssim"))
    (value,) = objective.values(IMAGES, [Seen(IMAGES, SEEN[0].code, IMAGES)]).values()
    assert float(value) == pytest.approx(0, abs=1e-6)


def test_an_unknown_error_is_refused():
    with pytest.raises(ConfigError, match=r"--training_objective\.error must be one of .*mse"):
        reconstruction.Config(error="mae")
