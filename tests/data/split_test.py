"""The order of images in training: a function of seed and epoch, and nothing else."""

import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.data import file_split
from kerasae.data.decoded_file import DecodedFile
from kerasae.data.file_split import FileSplit
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit

COUNT = 23
BATCH = 5
STEPS = 5
IMAGES = np.arange(COUNT, dtype=np.uint8).reshape(COUNT, 1, 1, 1)


LABELS = np.arange(COUNT) * 10
NAMES = tuple(map(str, range(10 * COUNT)))


@pytest.fixture(params=["memory", "one block", "many blocks", "one chunk", "many chunks"])
def kind(request, monkeypatch):
    if request.param == "many chunks":  # Of four neighbours, three of them shuffled at a time.
        monkeypatch.setattr(file_split, "CHUNK_BYTES", 4)
        monkeypatch.setattr(file_split, "SHUFFLED_BYTES", 12)
    return request.param


@pytest.fixture
def split(kind):
    """Images that are numbers, so that their order can be read off."""
    return make(kind, LABELS)


def make(kind, labels):
    if kind == "memory":
        return MemorySplit(IMAGES, labels, NAMES)
    if "chunk" in kind:
        return on_disk(labels)
    records = tf.data.Dataset.from_tensor_slices(IMAGES)
    block = {"one block": 100, "many blocks": 6}[kind]
    return StreamedSplit(
        records, lambda images: images, COUNT, (1, 1, 1), labels, NAMES, block=block
    )


def on_disk(labels):
    """The images among others in a file."""
    rows = np.arange(COUNT) * 2 + (np.arange(COUNT) > 9)
    stored = np.full((50, 1, 1, 1), 255, np.uint8)
    stored[rows] = IMAGES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(stored.tobytes() + np.zeros(50, "<i8").tobytes())
        return FileSplit(DecodedFile(path, 50, (1, 1, 1)), rows, labels, NAMES)


def orders(split, seed, first_epoch, epochs):
    """One list of image numbers an epoch."""
    batches = [
        np.rint(batch.numpy().ravel() * 255).astype(int).tolist()
        for batch in split.training_batches(
            BATCH, seed, first_epoch, epochs, lambda images, keys: images
        )
    ]
    assert len(batches) == STEPS * (epochs - first_epoch)
    return [
        [number for batch in batches[start : start + STEPS] for number in batch]
        for start in range(0, len(batches), STEPS)
    ]


def test_every_image_once_an_epoch(split):
    for order in orders(split, 0, 0, 4):
        assert sorted(order) == list(range(COUNT))


def test_epochs_and_seeds_differ(split):
    seen = [order for seed in (0, 1, 2) for order in orders(split, seed, 0, 4)]
    assert len({tuple(order) for order in seen}) == 12
    assert list(range(COUNT)) not in seen


def test_the_same_again(split):
    assert orders(split, 7, 0, 3) == orders(split, 7, 0, 3)


@pytest.mark.parametrize("first", [1, 2, 3])
def test_starting_later_is_going_on(split, first):
    assert orders(split, 7, first, 4) == orders(split, 7, 0, 4)[first:]


def test_other_random_draws_change_nothing(split):
    """Neither Keras's generator nor NumPy's nor how many draws came before."""
    keras.utils.set_random_seed(1)
    before = orders(split, 7, 0, 2)
    tf.random.uniform((3,))
    keras.random.uniform((3,))
    np.random.rand()
    assert orders(split, 7, 0, 2) == before


def test_the_order_does_not_hang_on_the_global_seed(split):
    keras.utils.set_random_seed(1)
    before = orders(split, 7, 0, 2)
    keras.utils.set_random_seed(2)
    assert orders(split, 7, 0, 2) == before


def test_keys_are_seed_epoch_and_position(split):
    """The images are numbered by their positions."""
    elements = list(split.training_batches(BATCH, 7, 1, 3, lambda images, keys: (images, keys)))
    keys = np.concatenate([keys for _, keys in elements])
    assert keys.dtype == np.int64
    numbers = np.rint(np.concatenate([images for images, _ in elements]).ravel() * 255)
    np.testing.assert_array_equal(keys[:, 2], numbers)
    np.testing.assert_array_equal(keys[:, 1], np.repeat([1, 2], COUNT))
    assert set(keys[:, 0]) == {7}


def test_labels_stay_with_their_images(split):
    images, labels = zip(*split.labelled_training_batches(BATCH, 7, 0, 2), strict=True)
    numbers = np.rint(np.concatenate(images).ravel() * 255).astype(int)
    np.testing.assert_array_equal(np.concatenate(labels), numbers * 10)
    np.testing.assert_array_equal(numbers, np.concatenate(orders(split, 7, 0, 2)))


def test_the_largest_seed(split):
    (order,) = orders(split, 2**31 - 1, 0, 1)
    assert sorted(order) == list(range(COUNT))


def test_in_order_outside_training(split):
    batches = [np.rint(batch.numpy().ravel() * 255) for batch in split.batches(BATCH)]
    assert [len(batch) for batch in batches] == [5, 5, 5, 5, 3]
    np.testing.assert_array_equal(np.concatenate(batches), np.arange(COUNT))
    assert split.steps_per_epoch(BATCH) == len(batches)
    assert split.steps_per_epoch(COUNT) == 1


def test_batches_are_unit_floats(split):
    (batch,) = split.batches(COUNT)
    assert batch.dtype == tf.float32
    np.testing.assert_allclose(batch.numpy().ravel(), np.arange(COUNT) / 255, rtol=1e-6)


def test_positions_come_back_in_the_order_asked_for(split):
    assert split.take(np.array([21, 3, 3, 20])).ravel().tolist() == [21, 3, 3, 20]
    assert split.take(np.array([0])).dtype == np.uint8
    np.testing.assert_array_equal(split.every_image(), IMAGES)


def test_a_subset_is_sampled_by_seed_with_its_labels(split):
    sample = split.subset(15, seed=0)
    assert sample.num_images == 15 == len(set(sample.labels))
    np.testing.assert_array_equal(sample.labels, sample.images.numpy().ravel().astype(int) * 10)
    assert sample.labels.tolist() == sorted(sample.labels)
    again, other = (split.subset(15, seed) for seed in (0, 1))
    np.testing.assert_array_equal(sample.labels, again.labels)
    assert set(sample.labels) != set(other.labels)
    assert split.subset(COUNT, 0) is split
    assert split.subset(None, 0) is split


class TestLabelled:
    """Images without a label are there to be trained on, and for nothing else."""

    def test_those_with_a_label_in_their_order(self, kind):
        labels = np.where(LABELS % 30, LABELS, -1)
        found = make(kind, labels).labelled()
        expected = np.flatnonzero(np.arange(COUNT) % 3)
        assert found.num_images == len(expected) == make(kind, labels).labelled_images
        np.testing.assert_array_equal(found.labels, LABELS[expected])
        np.testing.assert_array_equal(found.every_image().ravel(), expected)
        batches = [np.rint(batch.numpy().ravel() * 255) for batch in found.batches(BATCH)]
        np.testing.assert_array_equal(np.concatenate(batches), expected)
        assert found.in_memory == (kind == "memory")

    def test_they_can_be_trained_on_with_their_labels(self, kind):
        found = make(kind, np.where(LABELS > 100, LABELS, -1)).labelled()
        images, labels = zip(*found.labelled_training_batches(BATCH, 7, 0, 1), strict=True)
        numbers = np.rint(np.concatenate(images).ravel() * 255).astype(int)
        np.testing.assert_array_equal(np.concatenate(labels), numbers * 10)
        assert sorted(numbers) == list(range(11, COUNT))

    def test_itself_where_all_have_one(self, split):
        assert split.labelled() is split
        assert split.labelled_images == COUNT

    def test_none_of_a_dataset_without_labels(self):
        split = MemorySplit(IMAGES)
        assert split.labelled_images == split.labelled().num_images == 0
        assert split.classes_present.tolist() == []

    def test_classes_present_leave_out_minus_one(self, kind):
        labels = np.full(COUNT, -1)
        assert make(kind, labels).classes_present.tolist() == []
        labels[[3, 9, 20]] = 7, 2, 7
        assert make(kind, labels).classes_present.tolist() == [2, 7]
