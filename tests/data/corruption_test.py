import numpy as np
import pytest

from kerasae.data.corruption import CORRUPTIONS

SHAPE = (40, 20, 30, 2)


@pytest.fixture
def images():
    return np.random.default_rng(1).uniform(0.1, 0.4, SHAPE).astype(np.float32)


def spoiled(kind, images, level, seed=0):
    return CORRUPTIONS[kind](images, level, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_level_0_leaves_images_alone_and_every_level_is_drawn_by_seed(kind, images):
    before = images.copy()
    np.testing.assert_array_equal(spoiled(kind, images, 0.0), images)
    first = spoiled(kind, images, 0.3)
    np.testing.assert_array_equal(first, spoiled(kind, images, 0.3))
    assert np.any(first != spoiled(kind, images, 0.3, seed=1))
    assert first.dtype == np.float32 and first.shape == SHAPE
    np.testing.assert_array_equal(images, before)


def test_gaussian_noise_has_its_standard_deviation(images):
    noise = spoiled("gaussian_unclipped", images, 0.5) - images
    assert noise.std() == pytest.approx(0.5, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.02)


def test_clipped_noise_is_the_same_noise_cut_off(images):
    free = spoiled("gaussian_unclipped", images, 0.5)
    assert free.min() < 0 and free.max() > 1
    np.testing.assert_array_equal(spoiled("gaussian_clipped", images, 0.5), free.clip(0, 1))


@pytest.mark.parametrize("level", [0.1, 0.5, 1.0])
def test_salt_and_pepper_replace_whole_pixels_half_by_half(level, images):
    changed = spoiled("salt_and_pepper", images, level)
    salt, pepper = (changed == 1).all(axis=-1), (changed == 0).all(axis=-1)
    assert salt.mean() == pytest.approx(level / 2, abs=0.01)
    assert pepper.mean() == pytest.approx(level / 2, abs=0.01)
    kept = ~(salt | pepper)
    np.testing.assert_array_equal(changed[kept], images[kept])


@pytest.mark.parametrize(("level", "height", "width"), [(0.25, 10, 15), (1.0, 20, 30)])
def test_occlusion_is_one_grey_rectangle_anywhere_inside(level, height, width, images):
    covered = spoiled("occlusion", images, level) != images
    corners = set()
    for image in covered.all(axis=-1):
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert len(rows) == np.ptp(rows) + 1 == height
        assert len(columns) == np.ptp(columns) + 1 == width
        assert image.sum() == height * width
        corners.add((rows[0], columns[0]))
    assert (spoiled("occlusion", images, level)[covered] == 0.5).all()
    assert len(corners) == 1 if level == 1 else len(corners) > 20
