import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from kerasae.perturbations import moves
from kerasae.perturbations.options import Moves

STILL = Moves(shift=0.0, rotate=0.0, scale=0.0, shear=0.0, bend=0.0)
KEYS = tf.constant([[0, 0, position] for position in range(300)], tf.int64)


def images(channels=1):
    """A bright square in the middle of 21x21."""
    one = np.zeros((21, 21, channels), np.float32)
    one[8:13, 8:13] = np.linspace(0.5, 1, channels)
    return tf.constant(np.broadcast_to(one, (len(KEYS), *one.shape)))


def moved(**amounts):
    return moves.move(images(), KEYS, dataclasses.replace(STILL, **amounts), 0).numpy()


def centres(pictures):
    """Centre of mass of each, rows and columns from the middle."""
    weights = pictures[..., 0] / pictures[..., 0].sum(axis=(1, 2), keepdims=True)
    places = np.arange(21) - 10
    return np.stack([weights.sum(axis=2) @ places, weights.sum(axis=1) @ places], axis=1)


def test_nothing_moves_by_nothing():
    np.testing.assert_allclose(moved(), images(), atol=1e-6)


def test_a_shift_goes_as_far_as_it_may_each_way():
    found = centres(moved(shift=0.2))
    assert np.abs(found).max() <= 0.2 * 21 + 1e-3
    for axis in range(2):
        assert found[:, axis].max() > 0.18 * 21
        assert found[:, axis].min() < -0.18 * 21


@pytest.mark.parametrize("amount", [{"rotate": 30.0}, {"shear": 20.0}, {"scale": 0.3}], ids=str)
def test_the_middle_stays_where_it_is(amount):
    pictures = moved(**amount)
    np.testing.assert_allclose(centres(pictures), 0, atol=0.05)
    assert np.abs(pictures - images()).max(axis=(1, 2, 3)).min() >= 0
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_scale_changes_the_size_by_up_to_its_share():
    size = moved(scale=0.3)[..., 0].sum(axis=(1, 2)) / 0.5
    assert size.min() == pytest.approx(25 * 0.7**2, rel=0.15)
    assert size.max() == pytest.approx(25 * 1.3**2, rel=0.15)


def test_turning_by_90_degrees_is_numpys():
    picture = np.random.default_rng(0).random((1, 9, 9, 1), np.float32)
    key = KEYS[:1]
    amount = 2 * moves.keyed.uniform(key, moves.AMOUNTS, 0)[0, 2].numpy() - 1
    turned = moves.move(picture, key, dataclasses.replace(STILL, rotate=90 / amount), 0).numpy()
    expected = [np.rot90(picture[0], times) for times in (1, 3)]
    assert any(np.allclose(turned[0], one, atol=1e-4) for one in expected)


def test_bending_moves_parts_of_an_image_differently():
    found = moved(bend=0.1)
    assert np.abs(found - images()).max() > 0.3
    assert found.min() >= 0
    assert found.max() <= 0.5 + 1e-6


def test_a_border_is_repeated():
    white = tf.ones((len(KEYS), 6, 7, 1))
    found = moves.move(white, KEYS, dataclasses.replace(STILL, shift=1.0), 0)
    np.testing.assert_allclose(found, 1, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 9, 1), (9, 31, 3)], ids=str)
def test_any_size_and_colours(shape):
    pictures = tf.random.stateless_uniform((5, *shape), (0, 0))
    found = moves.move(pictures, KEYS[:5], Moves(), 0)
    assert found.shape == pictures.shape
    assert np.isfinite(found).all()


def test_colours_move_together():
    found = moves.move(images(3), KEYS, Moves(), 0).numpy()
    np.testing.assert_allclose(found[..., 2], found[..., 0] * 2, atol=1e-5)
