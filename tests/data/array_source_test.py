"""Arrays as a dataset: what they may be, how they are divided, and that they are not copied."""

import re

import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.data import held_out, pipeline
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig


def images(count=30, height=6, width=5, channels=1, seed=0):
    return np.random.default_rng(seed).integers(
        0, 256, (count, height, width, channels), dtype=np.uint8
    )


def read(source, split, positions=None):
    positions = np.arange(source.spec.sizes[split]) if positions is None else positions
    records = list(source.records(split, np.array(positions, int)).as_numpy_iterator())
    return np.array([image for image, _ in records]), [int(label) for _, label in records]


def test_test_arrays_of_their_own():
    train, test = images(), images(7, seed=1)
    source = ArraySource("own", train, np.arange(30) % 3, ("a", "b", "c"), test, np.zeros(7, int))
    assert source.spec.splits == {"train": "train", "test": "test"}
    assert source.spec.sizes == {"train": 30, "test": 7}
    assert source.spec.classes == ("a", "b", "c")
    found, labels = read(source, "test")
    np.testing.assert_array_equal(found, test)
    assert labels == [0] * 7
    found, labels = read(source, "train", [1, 4, 29])
    np.testing.assert_array_equal(found, train[[1, 4, 29]])
    assert labels == [1, 1, 2]


def test_a_tenth_is_held_out_of_arrays_without_a_test_part():
    whole, labels = images(), np.arange(30) % 2
    source = ArraySource("own", whole, labels)
    expected = held_out.test_positions(labels)
    assert source.spec.splits == held_out.describe("train", stratified=True)
    np.testing.assert_array_equal(read(source, "test")[0], whole[expected])
    np.testing.assert_array_equal(read(source, "train")[0], np.delete(whole, expected, axis=0))


def test_gray_images_may_come_without_channels():
    whole = images()[..., 0]
    source = ArraySource("own", whole)
    assert source.spec.image_shape == (6, 5, 1)
    assert source.spec.classes is None
    found, labels = read(source, "train")
    assert found.shape == (27, 6, 5, 1)
    assert set(labels) == {-1}


def test_classes_are_the_labels_that_there_are():
    source = ArraySource("own", images(4), np.array([8, -1, 1, 8], np.int16), None, images(1),
                         np.array([3], np.uint64))  # fmt: skip
    assert source.spec.classes == ("1", "3", "8")
    assert read(source, "train")[1] == [2, -1, 0, 2]
    assert read(source, "test")[1] == [1]


def test_the_arrays_are_not_copied(tmp_path):
    path = tmp_path / "images.npy"
    np.save(path, images(200))
    mapped = np.load(path, mmap_mode="r")
    source = ArraySource("own", mapped)
    held = [some for some, _ in source._held.values()]
    assert all(np.shares_memory(some, mapped) for some in held)
    data = pipeline.load(source, DataConfig(memory_budget_mb=0), seed=0)
    (batch,) = data.train.batches(180)
    np.testing.assert_array_equal(np.rint(batch * 255).astype(np.uint8), read(source, "train")[0])


def test_the_digest_is_of_the_content_alone():
    whole, labels = images(), np.arange(30) % 2
    first = ArraySource("one", whole, labels).spec.content
    assert first == ArraySource("two", np.asfortranarray(whole), labels[:]).spec.content
    changed = whole.copy()
    changed[-1, 0, 0, 0] ^= 1
    others = [
        ArraySource("one", changed, labels),
        ArraySource("one", whole, 1 - labels),
        ArraySource("one", whole, labels + 1),
        ArraySource("one", whole),
        ArraySource("one", whole[:20], labels[:20], None, whole[20:], labels[20:]),
        ArraySource("one", whole.reshape(30, 5, 6, 1), labels),
    ]
    assert len({first, *(other.spec.content for other in others)}) == 1 + len(others)


REFUSED = {
    "float32 array (3, 6, 5, 1)": {"images": images(3).astype(np.float32)},
    "uint8 array (3, 6, 5, 2)": {"images": images(3, channels=2)},
    "uint8 array (0, 6, 5, 1)": {"images": images(0)},
    "images=list": {"images": [[0]]},
    "float64 array (3,)": {"labels": np.zeros(3)},
    "int64 array (2,)": {"labels": np.zeros(2, int)},
    "one for each of 3 images": {"labels": np.zeros((3, 1), int)},
    "uint64 array (3,)": {"labels": np.full(3, 2**63, np.uint64)},
    "labels=4": {"labels": np.array([0, 1, 4]), "class_names": ("a", "b")},
    "labels=-2": {"labels": np.array([0, 1, -2]), "class_names": ("a", "b")},
    "must be different texts": {"labels": np.zeros(3, int), "class_names": ("a", "a")},
    "names of classes need labels": {"class_names": ("a", "b")},
    "different_labels=0": {"labels": np.full(3, -1)},
    "different_labels=1001": {"images": images(1001), "labels": np.arange(1001)},
    "test labels go with both": {"labels": np.zeros(3, int), "test_images": images(2)},
    "of the shape of the others": {"test_images": images(2, height=7)},
    "test images must be": {"test_images": images(2) / 255},
    "test labels must be": {
        "labels": np.zeros(3, int), "test_images": images(2), "test_labels": np.zeros(3, int)
    },
    "too few images to hold one out": {"images": images(1)},
}  # fmt: skip


@pytest.mark.parametrize("complaint", REFUSED)
def test_what_is_refused(complaint):
    with pytest.raises(ConfigError, match=re.escape(complaint)) as refused:
        ArraySource("mine", **{"images": images(3), **REFUSED[complaint]})
    assert str(refused.value).startswith("mine")
    assert "Received: " in str(refused.value)
