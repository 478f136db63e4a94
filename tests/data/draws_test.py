"""Which images are drawn to train on, and which are held out."""

import numpy as np
import pytest
from loaded_data import as_set, load, pixels_of

from kerasae.config import ConfigError

SMALL = {"image_size": (8,), "max_examples": 60}


class TestDraws:
    def test_max_examples_are_drawn_by_seed(self):
        draws = [as_set(pixels_of(load(seed, **SMALL).train)) for seed in (0, 0, 1)]
        assert draws[0] == draws[1] != draws[2]
        assert len(draws[0]) == 60
        assert draws[0] <= as_set(pixels_of(load(image_size=(8,)).train))

    def test_they_are_not_the_first_ones(self):
        whole = pixels_of(load(image_size=(8,)).train)
        drawn = as_set(pixels_of(load(**SMALL).train))
        assert drawn != as_set(whole[:60])

    def test_more_than_there_are_is_all(self):
        assert load(image_size=(8,), max_examples=10**6).train.num_images == 1437

    def test_validation_is_disjoint_and_complete(self):
        whole = load(**SMALL)
        data = load(**SMALL, validation_fraction=0.25)
        assert (data.train.num_images, data.validation.num_images) == (45, 15)
        train, validation = pixels_of(data.train), pixels_of(data.validation)
        assert as_set(train).isdisjoint(as_set(validation))
        assert as_set(train) | as_set(validation) == as_set(pixels_of(whole.train))
        other = load(1, **SMALL, validation_fraction=0.25)
        assert as_set(pixels_of(other.validation)) != as_set(validation)

    def test_the_test_images_are_nobodys_draw(self):
        data, other = load(0, **SMALL, validation_fraction=0.5), load(1, image_size=(8,))
        np.testing.assert_array_equal(pixels_of(data.test), pixels_of(other.test))
        train = as_set(pixels_of(load(image_size=(8,)).train))
        # The data has a few images twice, on both sides.
        assert len(as_set(pixels_of(data.test)) & train) < 5

    def test_nothing_left_to_train_on(self):
        with pytest.raises(ConfigError, match="leaves no image to train on"):
            load(max_examples=1, validation_fraction=0.9)

    def test_a_fraction_that_holds_out_nothing_is_refused(self):
        """Early stopping would have nothing to stop on."""
        with pytest.raises(ConfigError, match="validation_fraction"):
            load(max_examples=3, validation_fraction=0.1)
