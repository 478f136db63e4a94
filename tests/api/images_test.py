"""Images as Python gives them: what will do, and what is refused with what was received."""

import re

import numpy as np
import pytest

from kerasae import api
from kerasae.api import images
from kerasae.config import ConfigError

GRAY = np.random.default_rng(0).integers(0, 256, (30, 6, 5), dtype=np.uint8)


def test_arrays_of_uint8_are_not_copied():
    source = api.dataset(GRAY)
    assert np.shares_memory(source._held["train"][0], GRAY)
    assert source.spec.image_shape == (6, 5, 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_the_eight_bits_that_they_came_from(dtype):
    source = api.dataset((GRAY / 255).astype(dtype))
    np.testing.assert_array_equal(source._held["train"][0][..., 0], GRAY)
    assert source.spec.content == api.dataset(GRAY).spec.content


def test_a_dataset_is_named_by_its_content_or_as_it_is_called():
    source = api.dataset(GRAY)
    assert source.spec.name == f"arrays:{source.spec.content[:12]}"
    assert api.dataset(GRAY, name="own images").spec.name == "arrays:own images"
    assert api.dataset(GRAY[::-1]).spec.name != source.spec.name


def test_labels_may_be_a_list():
    source = api.dataset(GRAY, [0, 1] * 15, class_names=["no", "yes"])
    assert source.spec.classes == ("no", "yes")


NOT_IMAGES = {
    "images=int64 array (30, 6, 5)": GRAY.astype(int),
    "images=bool array (30, 6, 5)": GRAY > 0,
    "images=float64 array (30, 6, 5) with values from 0 to 255": GRAY * 1.0,
    "with values from -1 to": GRAY / 127.5 - 1,
    "with values from nan to nan": np.where(GRAY > 250, np.nan, 0.5),
    "with values from 0 to inf": np.where(GRAY > 250, np.inf, 0.0),
    "images=uint8 array (6, 5)": GRAY[0],
    "images=uint8 array (0, 6, 5)": GRAY[:0],
    "images=float64 array (0, 6, 5)": GRAY[:0] / 255,
    "images=object array ()": None,
    "Received: no array": [[0.0], [0.0, 1.0]],
}


@pytest.mark.parametrize("received", NOT_IMAGES)
def test_what_is_refused(received):
    with pytest.raises(ConfigError, match=re.escape(received)) as refused:
        images.eight_bit("images", NOT_IMAGES[received])
    assert "uint8 or of floating-point numbers in [0, 1]" in str(refused.value)


def test_other_channels_are_refused():
    with pytest.raises(ConfigError, match=re.escape("uint8 array (5, 6, 6, 2)")):
        api.dataset(np.zeros((5, 6, 6, 2), np.uint8))


def test_the_test_images_are_named_where_they_are_wrong():
    with pytest.raises(ConfigError, match=r"^test_images must be .* test_images=int64 array"):
        api.dataset(GRAY, test_images=GRAY.astype(int))


def test_a_name_is_a_text():
    for name in ("", "  ", 3):
        with pytest.raises(ConfigError, match="name must be a text"):
            api.dataset(GRAY, name=name)


def test_images_of_another_size_than_the_encoders_are_refused():
    assert images.unit(GRAY, (6, 5, 1)).shape == (30, 6, 5, 1)
    assert images.unit(GRAY, (None, None, 1)).shape == (30, 6, 5, 1)
    with pytest.raises(ConfigError, match=r"takes images of 8x8x1 .*=uint8 array \(30, 6, 5, 1\)"):
        images.unit(GRAY, (8, 8, 1))
    with pytest.raises(ConfigError, match="takes images of anyxanyx3"):
        images.unit(GRAY, (None, None, 3))
