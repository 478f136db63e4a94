import numpy as np
import pytest
import tensorflow as tf

from kerasae.perturbations import noise

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
