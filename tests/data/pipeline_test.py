import shutil

import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import ConfigError, DataConfig, RunError
from kerasae.data import pipeline
from kerasae.data.split import MemorySplit, StreamedSplit


def load(seed=0, **settings):
    config = DataConfig(**settings)
    return pipeline.load(pipeline.open_source(config), config, seed)


def pixels_of(split, batch_size=7):
    """Every image in order, as the model sees it."""
    return np.concatenate([batch.numpy() for batch in split.batches(batch_size)])


def as_set(images):
    return {image.tobytes() for image in images}


SMALL = {"image_size": (8,), "max_examples": 60}


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


DATASETS = {
    "digits": {"image_size": (10,), "max_examples": 50, "classes": ("2", "3")},
    "fake_labelled": {"validation_fraction": 0.2},
    "fake_unlabelled": {"validation_fraction": 0.2},
    "fake_varying": {"image_size": (8, 9)},
}


@pytest.fixture(params=DATASETS, scope="module")
def both(request, fake_datasets):
    """The same data in memory and streamed."""
    settings = {"dataset": request.param, "data_dir": str(fake_datasets)} | DATASETS[request.param]
    return load(3, **settings), load(3, **settings, memory_budget_mb=0)


class TestMemoryAndStream:
    def test_the_budget_decides(self, both):
        memory, streamed = both
        assert memory.train.in_memory
        assert isinstance(memory.train, MemorySplit)
        assert not streamed.train.in_memory
        assert isinstance(streamed.train, StreamedSplit)

    def test_the_same_images_and_labels(self, both):
        memory, streamed = both
        assert memory.image_shape == streamed.image_shape
        assert memory.classes == streamed.classes
        for name in ("train", "validation", "test"):
            ours, theirs = getattr(memory, name), getattr(streamed, name)
            if ours is None:
                assert theirs is None
                continue
            assert ours.num_images == theirs.num_images == len(pixels_of(ours))
            np.testing.assert_array_equal(pixels_of(ours), pixels_of(theirs))
            np.testing.assert_array_equal(ours.labels, theirs.labels)

    def test_the_same_images_in_every_epoch(self, both):
        memory, streamed = both
        everything = sorted(image.tobytes() for image in pixels_of(memory.train))
        for split in (memory.train, streamed.train):
            steps = split.steps_per_epoch(8)
            dataset = split.training_batches(8, 5, 0, 2, lambda images, keys: images)
            batches = [batch.numpy() for batch in dataset]
            assert len(batches) == 2 * steps
            for epoch in (batches[:steps], batches[steps:]):
                images = np.concatenate(epoch)
                assert sorted(image.tobytes() for image in images) == everything


def test_the_budget_is_in_mebibytes_of_decoded_images():
    """1,437 + 360 images of 28x28 are 1.34 MiB."""
    assert not load(memory_budget_mb=1).train.in_memory
    assert load(memory_budget_mb=2).train.in_memory


@pytest.mark.parametrize("settings", [{}, {"classes": ("cat",)}])
def test_a_file_that_lacks_a_record_is_no_shorter_dataset(fake_datasets, tmp_path, settings):
    shutil.copytree(fake_datasets, tmp_path / "data")
    shard = sorted((tmp_path / "data" / "fake_labelled").rglob("*-train.tfrecord-*"))[-1]
    records = list(tf.data.TFRecordDataset(str(shard)).as_numpy_iterator())
    with tf.io.TFRecordWriter(str(shard)) as file:
        for record in records[:-1]:
            file.write(record)
    with pytest.raises(RunError, match=r"files of fake_labelled:1.0.0 can't be read: .*29"):
        load(dataset="fake_labelled", data_dir=str(tmp_path / "data"), **settings)
