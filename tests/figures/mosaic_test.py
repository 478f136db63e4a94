import io

import numpy as np
import pytest
from PIL import Image

from kerasae.figures.mosaic import mosaic, png


def test_a_mosaic_holds_every_tile_at_its_corner():
    tiles = np.arange(5 * 2 * 3, dtype=float).reshape(5, 2, 3)
    whole, corners = mosaic(tiles, columns=3, gap=(1, 2))
    assert whole.shape == (2 * 3, 3 * 5)
    assert corners.tolist() == [[1, 2], [1, 7], [1, 12], [4, 2], [4, 7]]
    for (row, column), tile in zip(corners, tiles, strict=True):
        np.testing.assert_array_equal(whole[row : row + 2, column : column + 3], tile)
    assert np.isfinite(whole).sum() == tiles.size


def test_a_mosaic_is_no_wider_than_its_tiles_and_keeps_colours():
    whole, _ = mosaic(np.zeros((2, 4, 4, 3)), columns=8, gap=(0, 1))
    assert whole.shape == (4, 10, 3)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_png_holds_every_image_and_is_black_beside_them(channels):
    images = np.random.default_rng(0).integers(1, 256, (5, 3, 4, channels), np.uint8)
    pixels = np.asarray(Image.open(io.BytesIO(png(images, columns=2)))).reshape(9, 8, channels)
    for number, image in enumerate(images):
        row, column = number // 2 * 3, number % 2 * 4
        np.testing.assert_array_equal(pixels[row : row + 3, column : column + 4], image)
    assert not pixels[6:, 4:].any()
