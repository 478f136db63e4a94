"""What the measures look at, with and without images that have no label."""

import numpy as np

from kerasae.data.split import MemorySplit
from kerasae.evaluation.measure import Subject


def split(*labels):
    images = np.arange(len(labels), dtype=np.uint8).reshape(-1, 1, 1, 1)
    return MemorySplit(images, np.array(labels), ("a", "b", "c"))


def test_measures_of_labels_see_the_labelled_images():
    train, test, other = split(0, -1, 1), split(-1, 2, 0, -1), split(-1)
    whole = Subject(None, None, train, test, {}, other, 3)
    seen = whole.labelled()
    assert seen.train.labels.tolist() == [0, 1]
    assert seen.test.labels.tolist() == [2, 0]
    assert seen.test.every_image().ravel().tolist() == [1, 2]
    assert seen.other is other
    assert seen.chance == 1 / 2
    assert whole.test.num_images == 4


def test_where_all_have_one_they_are_the_same_images():
    whole = Subject(None, None, split(0, 1), split(2, 1), {}, None, 3)
    seen = whole.labelled()
    assert seen.train is whole.train
    assert seen.test is whole.test
