"""Datasets that TFDS prepared: their images, labels and facts."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from opened_tfds import open_source

from kerasae.config import ConfigError
from kerasae.data import tfds_source
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds


def decoded(dataset, split, positions=None):
    if positions is None:
        positions = np.arange(dataset.spec.sizes[split])
    images = dataset.decode(dataset.records(split, positions))
    return [(image.numpy(), int(label)) for image, label in images]


class TestPrepared:
    def test_facts(self, opened):
        spec = opened("fake_labelled").spec
        assert spec.name == "fake_labelled:1.0.0"
        assert spec.image_shape == (10, 12, 3)
        assert spec.classes == ("cat", "dog", "unicorn")
        assert spec.sizes == {"train": 30, "test": 7}
        assert spec.citation == "nobody"
        assert spec.default_image_size is None

    def test_images_and_labels_are_those_that_were_written(self, opened, fake_image):
        for split, numbers in (("train", range(30)), ("test", range(1000, 1007))):
            read = decoded(opened("fake_labelled"), split)
            written = [(fake_image(n, 10, 12, 3), n % 2) for n in numbers]
            assert sorted((i.tobytes(), label) for i, label in read) == sorted(
                (i.tobytes(), label) for i, label in written
            )
            assert read[0][0].shape == (10, 12, 3)

    def test_the_order_is_fixed(self, opened):
        first, second = (decoded(opened("fake_labelled"), "train") for _ in range(2))
        for (image, label), (other, other_label) in zip(first, second, strict=True):
            np.testing.assert_array_equal(image, other)
            assert label == other_label

    @pytest.mark.parametrize("positions", [[0], [3, 4, 29], [6, 13, 14, 20, 28], []])
    def test_some_are_those_of_all(self, opened, monkeypatch, positions):
        monkeypatch.setattr(tfds_source, "PARSED_AT_ONCE", 7)
        every, some = (
            decoded(opened("fake_labelled"), "train", chosen)
            for chosen in (None, np.array(positions, int))
        )
        assert [(image.tobytes(), label) for image, label in some] == [
            (every[at][0].tobytes(), every[at][1]) for at in positions
        ]

    def test_what_comes_before_in_a_file_is_skipped_unread(self, fake_datasets, tmp_path):
        """Of two files of 15 records the first one's first record is damaged."""
        shutil.copytree(fake_datasets / "fake_labelled", tmp_path / "fake_labelled")
        path = sorted(tmp_path.rglob("*-train.tfrecord*"))[0]
        content = bytearray(path.read_bytes())
        content[40] ^= 1
        path.write_bytes(content)
        some, expected = (
            decoded(open_source("fake_labelled", str(folder), False), "train", np.array([9, 14]))
            for folder in (tmp_path, fake_datasets)
        )
        assert [image.tobytes() for image, _ in some] == [image.tobytes() for image, _ in expected]

    def test_read_in_the_order_of_tfds(self, opened):
        import tensorflow_datasets

        dataset = opened("fake_labelled")
        config = tensorflow_datasets.ReadConfig(interleave_cycle_length=1)
        read = dataset._builder.as_dataset(split="train", read_config=config).as_numpy_iterator()
        expected = [example["image"].tobytes() for example in read]
        assert [image.tobytes() for image, _ in decoded(dataset, "train")] == expected

    def test_without_labels(self, opened):
        dataset = opened("fake_unlabelled")
        assert dataset.spec.classes is None
        assert {label for _, label in decoded(dataset, "test")} == {-1}

    def test_without_a_test_split_a_tenth_of_train_is_held_out(self, opened, fake_image):
        dataset = opened("fake_unlabelled")
        assert dataset.spec.sizes == {"train": 18, "test": 2}
        assert dataset.spec.splits["test"] == "a tenth of train, drawn with seed 0"
        parts = [
            {image.tobytes() for image, _ in decoded(dataset, split)} for split in ("train", "test")
        ]
        assert [len(part) for part in parts] == [18, 2]
        assert parts[0] | parts[1] == {fake_image(n, 9, 9, 1).tobytes() for n in range(20)}

    def test_images_of_varying_size(self, opened):
        dataset = opened("fake_varying")
        assert dataset.spec.image_shape == (None, None, 3)
        assert len({image.shape for image, _ in decoded(dataset, "train")}) > 1

    def test_by_version(self, opened):
        assert opened("fake_labelled:1.0.0").spec.sizes["train"] == 30

    def test_the_environment_names_the_folder(self, fake_datasets, monkeypatch):
        monkeypatch.setenv("TFDS_DATA_DIR", str(fake_datasets))
        assert open_source("fake_labelled", None, False).spec.sizes["train"] == 30

    def test_the_flag_wins_over_the_environment(self, fake_datasets, monkeypatch, tmp_path):
        monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
        dataset = open_source("fake_labelled", str(fake_datasets), False)
        assert dataset.spec.sizes["train"] == 30


@pytest.mark.parametrize(
    ("configuration", "name"), [("letters", "emnist/letters"), (None, "emnist")]
)
def test_a_configuration_is_part_of_the_name(configuration, name):
    configured = configuration and SimpleNamespace(name=configuration)
    builder = SimpleNamespace(name="emnist", builder_config=configured, version="3.1.0")
    assert DatasetName.parse(tfds_source.full_name(builder)) == DatasetName("tfds", name, "3.1.0")


class TestLabels:
    """Labels are what the dataset says they are, or what is asked for."""

    def labels(self, source, split):
        return np.array([int(label) for _, label in source.records(split, np.arange(20))])

    @pytest.fixture
    def opened(self, odd_datasets):
        def opened(name, **choice):
            config = DataConfig(name, data_dir=str(odd_datasets), download=False, **choice)
            return tfds.open_source(DatasetName.parse(name), config)

        return opened

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
