import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

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


class TestFit:
    """A picture of 2x4 comes to 4x4: twice as large, its middle cut out, or between borders."""

    IMAGE = np.uint8([[[10], [20], [30], [40]]] * 2)

    def fitted(self, how, size, background="black"):
        return pixels.fit(self.IMAGE, size, how, background).numpy()[..., 0]

    def test_stretch_is_resize(self):
        np.testing.assert_array_equal(
            self.fitted("stretch", (4, 4)), pixels.resize(self.IMAGE, (4, 4)).numpy()[..., 0]
        )

    @pytest.mark.parametrize("size", [(4, 4), (2, 2)])
    def test_crop_keeps_the_middle(self, size):
        scaled = pixels.resize(self.IMAGE, (size[0], 2 * size[0])).numpy()[..., 0]
        left = size[0] // 2
        np.testing.assert_array_equal(self.fitted("crop", size), scaled[:, left:-left])

    @pytest.mark.parametrize(("background", "light"), [("black", 0), ("white", 255)])
    def test_pad_keeps_all(self, background, light):
        found = self.fitted("pad", (4, 4), background)
        np.testing.assert_array_equal(found[1:3], self.IMAGE[..., 0])
        assert (found[[0, 3]] == light).all()

    @pytest.mark.parametrize("how", ["stretch", "crop", "pad"])
    @pytest.mark.parametrize("shape", [(1, 50), (50, 1), (3, 7), (13, 9), (8, 8)])
    def test_any_shape_comes_to_any_size(self, how, shape):
        image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
        for size in ((1, 1), (8, 8), (5, 13)):
            assert pixels.fit(image, size, how).shape == (*size, 3)
        if shape == (8, 8):
            np.testing.assert_array_equal(pixels.fit(image, (8, 8), how), image)


class TestChannels:
    COLOUR = np.random.default_rng(0).integers(0, 256, (5, 6, 3), np.uint8)

    def test_grey_as_pillow_has_it(self):
        expected = np.asarray(Image.fromarray(self.COLOUR).convert("L")).astype(int)
        found = pixels.to_channels(tf.constant(self.COLOUR), 1).numpy()
        assert found.shape == (5, 6, 1)
        assert abs(found[..., 0] - expected).max() <= 1

    def test_grey_made_rgb_and_back_is_the_same(self):
        grey = tf.constant(self.COLOUR[..., :1])
        rgb = pixels.to_channels(grey, 3)
        assert rgb.shape == (5, 6, 3)
        np.testing.assert_array_equal(pixels.to_channels(rgb, 1), grey)

    def test_their_own_stay(self):
        image = tf.constant(self.COLOUR)
        assert pixels.to_channels(image, 3) is image
