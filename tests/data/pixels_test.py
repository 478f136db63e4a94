import numpy as np
import pytest
import tensorflow as tf

from kerasae.data import pixels


def test_to_unit_covers_the_range():
    unit = pixels.to_unit(np.array([0, 51, 255], np.uint8))
    assert unit.dtype == tf.float32
    np.testing.assert_allclose(unit, [0, 0.2, 1], rtol=1e-6)
    assert float(unit[-1]) <= 1


def test_every_grey_level_survives_the_way_there_and_back():
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(np.rint(pixels.to_unit(levels).numpy() * 255), levels)


@pytest.mark.parametrize("rank", [3, 4])
def test_the_own_size_changes_nothing(rank):
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 3), np.uint8)
    images = images if rank == 4 else images[0]
    resized = pixels.resize(images, (5, 6))
    assert resized.dtype == tf.uint8
    np.testing.assert_array_equal(resized, images)


def test_growing_interpolates_between_neighbours():
    """One row, twice as wide: pixel centres lie at quarters between the old ones."""
    row = np.array([[[0], [100], [200]]], np.uint8)
    np.testing.assert_array_equal(
        np.squeeze(pixels.resize(row, (1, 6))), [0, 25, 75, 125, 175, 200]
    )


def test_shrinking_averages():
    """A checkerboard has to become grey; picking single pixels would make it black or white."""
    board = np.uint8(255 * (np.indices((16, 16)).sum(axis=0) % 2))[..., np.newaxis]
    small = pixels.resize(board, (4, 4)).numpy()
    assert abs(small.astype(int) - 127.5).max() < 20


def test_rounding_not_cutting():
    """A mean of 0.5 to 1 rounds up; a plain cast would lose half a level on average."""
    image = np.array([[[0], [3]]], np.uint8)
    np.testing.assert_array_equal(np.squeeze(pixels.resize(image, (1, 4))), [0, 1, 2, 3])
