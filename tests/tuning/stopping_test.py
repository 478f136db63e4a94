"""The median rule, by hand."""

import pytest

from kerasae.tuning import stopping

# Running averages after two epochs: 2, 3, 4, 5, 6; the median is 4.
FINISHED = [[3, 1, 9], [4, 2, 9], [5, 3, 9], [6, 4, 9], [7, 5, 9]]


@pytest.mark.parametrize(
    ("errors", "stops"), [([9, 4.01], True), ([9, 4], False), ([3, 9], False), ([8, 7], True)]
)
def test_the_best_so_far_is_held_against_the_median_of_running_averages(errors, stops):
    assert bool(stopping.should_prune(errors, FINISHED, epochs=8)) is stops


def test_the_reason_has_the_numbers():
    reason = stopping.should_prune([9, 4.5], FINISHED, epochs=8)
    assert "epoch 2" in reason and "4.500000" in reason and "4.000000" in reason


def test_few_curves_or_epochs_stop_nobody():
    assert stopping.should_prune([9, 9], FINISHED[:4], epochs=8) is None
    assert stopping.should_prune([9], FINISHED, epochs=2) is None
    assert stopping.should_prune([9, 9], FINISHED, epochs=9) is None
    assert stopping.should_prune([9, 9, 9], FINISHED, epochs=9) is not None
