"""Copies are counted as a comparison of every image with every other one would count them."""

import itertools

import numpy as np
import pytest

from kerasae.data import duplicates

# An image is a number here, 0 to 4 in sizes that differ.
SHAPES = ((2, 3, 1), (3, 2, 1), (1, 6, 1), (2, 1, 3), (2, 3, 1))


def digests(*numbers):
    found = bytearray()
    for number in numbers:
        image = np.full(SHAPES[number], 7 if number == 4 else 0, np.uint8)
        found += duplicates.digest(image)
    return found


def find(*splits, labels=None):
    count = sum(map(len, splits))
    labels = np.array(labels) if labels else np.zeros(count, int)
    return duplicates.find([digests(*split) for split in splits], labels)


def test_size_and_pixels_make_an_image():
    assert len({bytes(digests(number)) for number in range(5)}) == 5


def test_within_and_between_splits():
    found = find((0, 1, 0, 0, 2), (1, 3, 1), (4, 0, 3))
    assert found.within == (2, 1, 0)
    assert found.in_earlier_splits == (0, 2, 2)
    assert [(group.images, group.count) for group in found.groups] == [
        ((0, 2, 3, 9), 4),
        ((1, 5, 7), 3),
        ((6, 10), 2),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_as_by_comparing_all_with_all(seed):
    draw = np.random.default_rng(seed)
    splits = [draw.integers(0, 5, size).tolist() for size in draw.integers(1, 9, 3)]
    labels = draw.integers(-1, 2, sum(map(len, splits))).tolist()
    found = find(*splits, labels=labels)
    images = list(itertools.chain(*splits))
    for at, split in enumerate(splits):
        before = list(itertools.chain(*splits[:at]))
        assert found.within[at] == len(split) - len(set(split))
        assert found.in_earlier_splits[at] == sum(image in before for image in split)
    assert found.other_labels == sum(
        any(
            image == other and -1 not in (label, label_of_other) and label != label_of_other
            for other, label_of_other in zip(images, labels, strict=True)
        )
        for image, label in zip(images, labels, strict=True)
    )
    copied = {image for image in images if images.count(image) > 1}
    assert len(found.groups) == len(copied)


def test_copies_across_splits_are_shown_first_and_not_all_of_a_thousand():
    found = find((0,) * 1000 + (1,), (1,))
    assert [(group.images, group.count) for group in found.groups] == [
        ((1000, 1001), 2),
        ((0, 1, 2, 3, 4), 1000),
    ]


def test_no_copies_and_no_labels():
    found = find((0, 1), (2,), labels=[-1, -1, -1])
    assert found == duplicates.Duplicates((0, 0), (0, 0), 0, ())
