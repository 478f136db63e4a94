import pytest

from kerasae.bounds import Bounds


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Bounds(1, 3), (1, 2, 3, 2.5), (0, 4, 10**400, float("nan"))),
        (Bounds(0, 1, below=True), (0, 0.999), (1, -0.1)),
        (Bounds(0, 1, above=True), (1e-300, 1), (0, float("inf"))),
    ],
)
def test_what_they_hold(bounds, inside, outside):
    assert all(map(bounds.hold, inside))
    assert not any(map(bounds.hold, outside))


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bounds(1, 10**6), "1 or more, at most 1000000"),
        (Bounds(0, 1, below=True), "0 or more, below 1"),
        (Bounds(0, 1e6, above=True), "above 0, at most 1e+06"),
    ],
)
def test_words(bounds, words):
    assert bounds.words == words
