"""Labels of datasets of TFDS, and the splits that follow from them."""

import numpy as np
import pytest
from opened_tfds import open_source

from kerasae.config import ConfigError


class TestLabels:
    """Labels are what the dataset says they are, or what is asked for."""

    def labels(self, source, split):
        return np.array([int(label) for _, label in source.records(split, np.arange(20))])

    @pytest.fixture
    def opened(self, odd_datasets):
        return lambda name, **choice: open_source(name, str(odd_datasets), False, **choice)

    def test_of_two_labels_the_one_that_is_asked_for(self, opened):
        with pytest.raises(ConfigError, match=r"--label .*give one of digit, parity\."):
            opened("two_labels")
        digit, parity, tens = (
            opened("two_labels", label=label) for label in ("digit", "parity", "tens")
        )
        assert digit.spec.classes == tuple("0123456789")
        assert parity.spec.classes == ("0", "1")
        assert tens.spec.classes == tuple("01234567")
        np.testing.assert_array_equal(self.labels(digit, "test") % 2, self.labels(parity, "test"))
        assert {*self.labels(tens, "test")} == {6, 7}

    def test_the_one_that_is_declared(self, opened):
        assert len(opened("declared").spec.classes) == 10
        assert len(opened("declared", label="label").spec.classes) == 2

    def test_whole_numbers_are_classes(self, opened):
        numbers = opened("number_labels")
        assert numbers.spec.classes == tuple(f"1{digit}" for digit in "012456789")
        every = np.array([int(label) for _, label in numbers.records("train", np.arange(60))])
        assert {*every} == {-1, *range(9)}

    def test_a_dataset_stored_by_class_is_tested_on_every_class(self, opened):
        source = opened("by_class")
        labels = {
            split: np.array([int(label) for _, label in source.records(split, np.arange(size))])
            for split, size in source.spec.sizes.items()
        }
        assert source.spec.sizes == {"train": 180, "test": 20}
        assert np.bincount(labels["test"], minlength=10).tolist() == [2] * 10
        assert "a tenth of each class" in source.spec.splits["test"]

    def test_one_image_is_not_train_and_test(self, opened, tmp_path):
        import small_datasets
        import tensorflow_datasets

        features = {"image": tensorflow_datasets.features.Image(shape=(8, 8, 1))}
        rows = small_datasets.digit_rows([0], label=lambda at, label: label)
        row = {"image": rows[0]["image"]}
        small_datasets.write(tmp_path, "single", features, {"train": [row]}, 1)
        with pytest.raises(ConfigError, match=r"no test split, and too few images .*images=1\."):
            open_source("single", str(tmp_path), False)
        small_datasets.write(tmp_path, "pair", features, {"train": [row, row]}, 1)
        assert open_source("pair", str(tmp_path), False).spec.sizes == {"train": 1, "test": 1}
