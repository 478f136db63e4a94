"""Labels that are missing are said, and where nothing is missing nothing is."""

import logging

import numpy as np
import pytest

from kerasae.data import label_notes
from kerasae.data.split import MemorySplit

NAMES = ("cat", "dog", "bird", "fish")


def split(*labels, names=NAMES):
    return MemorySplit(np.zeros((len(labels), 1, 1, 1), np.uint8), np.array(labels, int), names)


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, "kerasae")
    return lambda: [record.getMessage() for record in caplog.records]


def test_how_many_images_have_no_label(said):
    label_notes.unlabelled("pets", "train", [split(0, -1, 1), split(-1)])
    (line,) = said()
    assert line.startswith("pets: 2 of 4 train images have no label; they stay out")


def test_nothing_of_labels_that_are_all_there_or_of_none_at_all(said):
    label_notes.unlabelled("pets", "train", [split(0, 1, 1), split()])
    label_notes.unlabelled("pets", "train", [split(-1, -1, names=None)])
    label_notes.missing_classes("pets", [split(0, -1), split(1)], split(1, 0))
    label_notes.missing_classes("pets", [split(0, names=None)], split(1, names=None))
    assert said() == []


def test_classes_that_one_split_lacks(said):
    label_notes.missing_classes("pets", [split(0, 2), split(1)], split(3, 1, -1))
    assert said() == [
        "pets: no training image is of the class fish, of which there are test images.",
        "pets: no test image is of the class cat, bird, of which there are training images.",
    ]


def test_not_a_thousand_names(said):
    names = tuple(f"class {number}" for number in range(1000))
    label_notes.missing_classes("many", [split(0, names=names)], split(*range(1000), names=names))
    (line,) = said()
    assert "class 10 and 989 more" in line
