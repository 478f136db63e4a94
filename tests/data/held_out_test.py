"""A test part drawn from the training images: of every class alike, and always the same."""

import numpy as np
import pytest

from kerasae.data import held_out


@pytest.mark.parametrize("count", [2, 3, 9, 10, 11, 25, 400])
def test_a_tenth_at_least_one_and_never_all(count):
    positions = held_out.test_positions(np.zeros(count, np.int64))
    assert len(positions) == max(1, round(count / 10))
    assert len(set(positions)) == len(positions)
    assert sorted(positions) == positions.tolist()
    assert positions[0] >= 0
    assert positions[-1] < count


def test_of_every_class_alike_however_they_are_stored():
    sizes = [10, 40, 200, 50]
    labels = np.repeat(range(4), sizes)
    for stored in (labels, labels[::-1], np.random.default_rng(3).permutation(labels)):
        found = np.bincount(stored[held_out.test_positions(stored)])
        np.testing.assert_allclose(found, np.array(sizes) / 10, atol=1)
        assert found.min() >= 1


def test_within_a_class_they_are_not_the_first_or_last_ones():
    positions = held_out.test_positions(np.repeat([0, 1], 500))
    assert np.ptp(positions[:50]) > 400
    assert len(set(np.diff(positions[:50]))) > 5


def test_always_the_same():
    labels = np.arange(100) % 7
    first, second = (held_out.test_positions(labels) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_the_description_says_how():
    assert held_out.describe("train", stratified=True) == {
        "train": "train without a tenth",
        "test": "a tenth of train, drawn with seed 0, a tenth of each class",
    }
    assert held_out.describe("train", stratified=False)["test"].endswith("drawn with seed 0")
