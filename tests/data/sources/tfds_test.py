"""Prepared datasets of TFDS: their facts, images and order are those that were written."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from opened_tfds import open_source

from kerasae.data import tfds_source
from kerasae.data.dataset_name import DatasetName


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
