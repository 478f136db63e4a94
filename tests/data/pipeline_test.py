"""Images, labels and classes of a dataset, as they are asked for."""

import numpy as np
import pytest
from loaded_data import load, pixels_of

from kerasae.config import ConfigError
from kerasae.data import pipeline
from kerasae.data.config import DataConfig


class TestImages:
    def test_digits_by_default(self):
        data = load()
        assert data.image_shape == (28, 28, 1)
        assert (data.train.num_images, data.validation, data.test.num_images) == (1437, None, 360)
        assert data.classes == tuple("0123456789")
        images = pixels_of(data.test, 100)
        assert images.dtype == np.float32
        assert images.min() == 0
        assert images.max() == 1

    def test_at_their_own_size_they_are_scikit_learns(self):
        from sklearn.datasets import load_digits

        bunch = load_digits()
        data = load(image_size=(8,))
        ours = np.concatenate([pixels_of(data.train), pixels_of(data.test)])
        labels = np.concatenate([data.train.labels, data.test.labels])
        wanted = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
        found = sorted(
            (np.rint(image * 255).astype(np.uint8).tobytes(), label)
            for image, label in zip(ours, labels, strict=True)
        )
        expected = zip((image.tobytes() for image in wanted), bunch.target, strict=True)
        assert found == sorted(expected)

    @pytest.mark.parametrize("size", [(12,), (9, 14)])
    def test_resized_to_what_is_asked_for(self, size):
        data = load(image_size=size, max_examples=5)
        assert data.image_shape == (size[0], size[-1], 1)
        assert next(iter(data.train.batches(5))).shape == (5, size[0], size[-1], 1)


class TestClasses:
    def test_only_these_are_kept(self):
        data = load(classes=("1", "8"), image_size=(8,))
        everything = load(image_size=(8,))
        assert data.classes == ("1", "8")
        for split in ("train", "test"):
            ours, whole = getattr(data, split), getattr(everything, split)
            kept = np.isin(whole.labels, (1, 8))
            np.testing.assert_array_equal(ours.labels, whole.labels[kept])
            np.testing.assert_array_equal(pixels_of(ours), pixels_of(whole)[kept])

    def test_by_number_by_name_and_in_any_order(self, fake_datasets):
        wanted = [
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=classes)
            for classes in (("dog",), ("1",), ("1", "dog"))
        ]
        for data in wanted:
            assert data.classes == ("dog",)
            assert set(data.train.labels) == {1}
            np.testing.assert_array_equal(pixels_of(data.train), pixels_of(wanted[0].train))

    def test_an_unknown_class_is_refused_with_those_there_are(self, fake_datasets):
        with pytest.raises(ConfigError, match=r"no class 3\. Known: 0 \(cat\), 1 \(dog\), 2"):
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=("1", "3"))

    def test_a_class_without_images_leaves_nothing(self, fake_datasets):
        with pytest.raises(ConfigError, match="leaves no image to train on with --classes=unicorn"):
            load(dataset="fake_labelled", data_dir=str(fake_datasets), classes=("unicorn",))

    def test_labels_asked_of_an_unlabelled_dataset(self, fake_datasets):
        with pytest.raises(ConfigError, match="--classes needs labels, and fake_unlabelled"):
            load(dataset="fake_unlabelled", data_dir=str(fake_datasets), classes=("1",))

    def test_one_that_is_missing_in_a_part_is_said_to_every_job(self, caplog):
        _ = load(image_size=(8,)).test
        assert "of the class" not in caplog.text
        _ = load(image_size=(8,), max_examples=5, validation_fraction=0.2).test
        assert "digits: no training image is of the class " in caplog.text


def test_test_images_alone_are_those_of_the_whole():
    config = DataConfig(classes=("1", "8"), image_size=(9,))
    source = pipeline.open_source(config)
    alone, whole = pipeline.load_test(source, config), pipeline.load(source, config, 0).test
    np.testing.assert_array_equal(alone.every_image(), whole.every_image())
    np.testing.assert_array_equal(alone.labels, whole.labels)
    with pytest.raises(ConfigError, match="has no class eleven"):
        pipeline.load_test(source, DataConfig(classes=("eleven",)))
