"""Samples of a dimension, places along it, its words, and its way through JSON."""

import random

import pytest

from kerasae.tuning.dimension import Dimension

CHOICE = Dimension("a", "choice", (32, 8, 16))
WORDS = Dimension("a", "choice", ("relu", "elu"))
RATE = Dimension("a", "float", low=1e-4, high=1.0, log=True)


def test_of_whole_numbers_too_equal_ratios_are_equally_likely():
    dimension = Dimension("batch_size", "int", None, 1, 999, None, True, ())
    generator = random.Random(0)
    sampled = [dimension.sample(generator) for _ in range(3_000)]
    shares = [sum(low <= one < 10 * low for one in sampled) / 3_000 for low in (1, 10, 100)]
    assert all(abs(share - 1 / 3) < 0.04 for share in shares)
    assert {type(one) for one in sampled} == {int} and min(sampled) == 1 and max(sampled) > 950


@pytest.mark.parametrize(
    ("dimension", "value", "position"),
    [
        (CHOICE, 16, 1),  # numbers in their order
        (CHOICE, 32.0, 2),
        (WORDS, "relu", 0),  # others in that of the space
        (Dimension("a", "choice", ("[5, 5]", "[3, 3]")), "[3, 3]", 1),
        (Dimension("a", "bool", (True, False)), True, 1),
        (Dimension("a", "bool", (True, False)), False, 0),
        (RATE, 1e-3, 1e-3),
    ],
)
def test_places_along_a_dimension(dimension, value, position):
    assert dimension.position({"a": value, "b": 7}) == position
    assert dimension.position({"b": 7}) is None


@pytest.mark.parametrize(("dimension", "value"), [(CHOICE, 9), (WORDS, "gelu"), (RATE, "x")])
def test_a_value_that_a_dimension_does_not_have(dimension, value):
    with pytest.raises(ValueError, match=f"a can't be {value}"):
        dimension.position({"a": value})


def test_a_dimension_in_words():
    choice = Dimension("b", "choice", (4, 2), when=(("a", (1, 3)), ("c", (True,))))
    assert (choice.words, choice.when_words) == ("2, 4", "a is 1 or 3; c is true")
    assert (choice.span, choice.labels) == ((0, 1), ("2", "4"))
    assert Dimension("s", "int", low=40, high=160, step=8).words == "40 to 160 in steps of 8"
    rate = Dimension("r", "float", low=0.001, high=0.1, log=True)
    assert (rate.words, rate.span) == ("0.001 to 0.1, logarithmic", (0.001, 0.1))
