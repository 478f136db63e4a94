import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import ConfigError
from kerasae.objectives import moved
from kerasae.perturbations import noise, views

KEYS = tf.constant([[0, 0, position] for position in range(50)], tf.int64)
GREY = tf.fill((50, 20, 24, 3), 0.4)


def share_changed(kind, level):
    spoiled = noise.KINDS[kind](GREY, KEYS, level).numpy()
    changed = np.any(spoiled != GREY.numpy(), axis=3)
    if kind != "gaussian":
        assert np.all(changed == np.all(spoiled != GREY.numpy(), axis=3)), "a place is one thing"
    return changed.mean(), spoiled


@pytest.mark.parametrize("kind", sorted(set(noise.KINDS) - {"gaussian"}))
@pytest.mark.parametrize("level", [0.25, 0.6, 1.0])
def test_a_level_is_the_share_that_is_spoiled(kind, level):
    assert share_changed(kind, level)[0] == pytest.approx(level, abs=0.05)


def test_what_spoiled_pixels_are():
    assert set(np.unique(share_changed("masking", 0.5)[1])) == {0, np.float32(0.4)}
    assert set(np.unique(share_changed("patches", 0.5)[1])) == {0, np.float32(0.4)}
    assert set(np.unique(share_changed("occlusion", 0.5)[1])) == {np.float32(0.4), 0.5}
    spoiled = share_changed("salt_and_pepper", 0.5)[1]
    assert np.mean(spoiled == 0) == pytest.approx(0.25, abs=0.02)
    assert np.mean(spoiled == 1) == pytest.approx(0.25, abs=0.02)


def test_gaussian_noise_has_its_deviation():
    spoiled = noise.gaussian(GREY, KEYS, 0.05).numpy()
    assert (spoiled - 0.4).std() == pytest.approx(0.05, rel=0.02)
    assert noise.gaussian(GREY, KEYS, 1.0).numpy().min() == 0


def test_patches_are_whole():
    spoiled = noise.patches(GREY, KEYS, 0.5).numpy()[..., 0]
    blocks = spoiled.reshape(50, 5, 4, 6, 4)
    assert np.all(blocks == blocks[:, :, :1, :, :1])


@pytest.mark.parametrize("kind", noise.KINDS)
def test_sizes_that_no_patch_divides(kind):
    picture = tf.random.stateless_uniform((3, 9, 31, 1), (0, 0))
    assert noise.KINDS[kind](picture, KEYS[:3], 0.4).shape == picture.shape


STILL = dict.fromkeys(("shift", "rotate", "scale", "shear", "bend"), 0.0)


@pytest.mark.parametrize("kind", sorted(set(noise.KINDS) - {"gaussian"}))
def test_a_sampled_level_is_each_images_own(kind):
    config = moved.Config(noise=kind, level=0.6, level_sampled=True)
    spoiled = noise.spoil(GREY, KEYS, config, stream=0).numpy()
    shares = np.any(spoiled != GREY.numpy(), axis=3).mean(axis=(1, 2))
    assert shares.min() < 0.1
    assert 0.5 < shares.max() <= 0.75
    assert shares.mean() == pytest.approx(0.3, abs=0.07)
    alone = noise.spoil(GREY[7:8], KEYS[7:8], config, stream=0)
    np.testing.assert_array_equal(alone[0], spoiled[7])


def test_a_sampled_deviation_is_each_images_own():
    config = moved.Config(noise="gaussian", level=0.1, level_sampled=True)
    found = (noise.spoil(GREY, KEYS, config, stream=0).numpy() - 0.4).std(axis=(1, 2, 3))
    levels = 0.1 * noise.keyed.uniform(KEYS, 1, 1)[:, 0]
    np.testing.assert_allclose(found, levels, rtol=0.1)


def test_a_view_is_moved_first_and_spoiled_after():
    config = moved.Config(noise="masking", level=0.5)
    first, second = (views.view(GREY, KEYS, config, number).numpy() for number in (0, 1))
    for view in (first, second):
        assert np.mean(view == 0) == pytest.approx(0.5, abs=0.02), "no pixel between 0 and the rest"
    assert np.any(first != second)
    still = moved.Config(noise="masking", level=0.5, **STILL)
    expected = noise.spoil(GREY, KEYS, still, stream=4)
    np.testing.assert_allclose(views.view(GREY, KEYS, still, 0), expected, atol=1e-6)


@pytest.mark.parametrize("options", [{"level": 0.5}, {"level_sampled": True}], ids=str)
def test_a_level_of_no_noise_is_refused(options):
    with pytest.raises(ConfigError, match=r"objective\.noise only\. .*level"):
        moved.Config(**options)
