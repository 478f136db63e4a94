"""The first line of every job: numbers, size, channels, classes, whatever the images are."""

import numpy as np
import pytest

from kerasae.data import in_words
from kerasae.data.spec import DatasetSpec
from kerasae.data.split import MemorySplit

CLASSES = ("cat", "dog")


def split(*labels, shape=(8, 6, 1), names=CLASSES):
    return MemorySplit(np.zeros((len(labels), *shape), np.uint8), np.array(labels), names)


def spec(shape=(8, 6, 1), classes=CLASSES, name="pets:1.0.0"):
    return DatasetSpec(name, shape, classes, {}, {}, None, "", "", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            (spec(), split(0, 1), None, 1_000, CLASSES),
            "pets:1.0.0 (tfds): 2 training and 1,000 test images of 8x6 pixels, 1 channel, "
            "2 classes",
        ),
        (
            (spec(), split(0, -1), split(-1), 3, CLASSES[:1]),
            "pets:1.0.0 (tfds): 2 training (1 without a label), 1 validation (1 without a label) "
            "and 3 test images of 8x6 pixels, 1 channel, 1 class",
        ),
        (
            (spec((9, 9, 3), None, "digits"), split(-1, shape=(8, 6, 3), names=None), None, 3,
             None),
            "digits: 1 training and 3 test images of 8x6 pixels (resized from 9x9), 3 channels, "
            "no labels",
        ),
        (
            (spec((None, None, 1)), split(0), None, 3, CLASSES),
            "pets:1.0.0 (tfds): 1 training and 3 test images of 8x6 pixels (resized from several "
            "sizes), 1 channel, 2 classes",
        ),
    ],
    ids=["plain", "without labels", "resized", "several sizes"],
)  # fmt: skip
def test_the_sentence(arguments, expected):
    assert in_words.sentence(*arguments) == expected


def test_of_test_images_alone_nothing_is_said_of_others():
    expected = "digits: 2 test images of 8x6 pixels (resized from 9x9), 1 channel, 2 classes"
    some = spec((9, 9, 1), name="digits")
    assert in_words.test_sentence(some, split(0, 1), CLASSES) == expected
