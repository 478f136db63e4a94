import numpy as np
import tensorflow as tf

from kerasae.perturbations import moves
from kerasae.perturbations.augmentation import augment
from kerasae.perturbations.options import Moves
from kerasae.run_config import TrainingConfig

IMAGES = tf.constant(np.random.default_rng(0).random((6, 12, 12, 1), np.float32))


def keys(epoch):
    return tf.constant([[0, epoch, position] for position in range(6)], tf.int64)


def test_a_strength_of_nothing_leaves_the_images():
    assert augment(IMAGES, keys(0), 0.0) is IMAGES


def test_strength_multiplies_every_move():
    doubled = Moves(shift=0.2, rotate=30.0, scale=0.2, shear=20.0, bend=0.1)
    np.testing.assert_array_equal(
        augment(IMAGES, keys(0), 2.0), moves.move(IMAGES, keys(0), doubled, 4)
    )


def test_an_epoch_moves_otherwise_and_the_objectives_views_too():
    moved = augment(IMAGES, keys(0), 1.0)
    for other in (augment(IMAGES, keys(1), 1.0), moves.move(IMAGES, keys(0), Moves(), 0),
                  moves.move(IMAGES, keys(0), Moves(), 1)):  # fmt: skip
        assert np.abs(moved - other).max() > 0.1


def test_every_strength_that_a_flag_may_have_can_be_moved_by():
    strongest = TrainingConfig(augmentation=5.0).augmentation
    moved = augment(IMAGES, keys(0), strongest).numpy()
    assert moved.min() >= 0
    assert moved.max() <= 1
