"""The median rule, by hand."""

import pytest

from kerasae.tuning.stopping import MedianRule

# Running averages after two epochs: 2, 3, 4, 5, 6; the median is 4.
FINISHED = [[3, 1, 9], [4, 2, 9], [5, 3, 9], [6, 4, 9], [7, 5, 9]]


def rule(*curves):
    made = MedianRule()
    for curve in curves:
        made.add(curve)
    return made


@pytest.mark.parametrize(
    ("errors", "stops"), [([9, 4.01], True), ([9, 4], False), ([3, 9], False), ([8, 7], True)]
)
def test_the_best_so_far_is_held_against_the_median_of_running_averages(errors, stops):
    assert bool(rule(*FINISHED).should_prune(errors, epochs=8)) is stops


def test_the_reason_has_the_numbers():
    reason = rule(*FINISHED).should_prune([9, 4.5], epochs=8)
    assert "epoch 2" in reason and "4.500000" in reason and "4.000000" in reason


def test_few_curves_or_epochs_stop_nobody():
    assert rule(*FINISHED[:4]).should_prune([9, 9], epochs=8) is None
    assert rule(*FINISHED).should_prune([9], epochs=2) is None
    assert rule(*FINISHED).should_prune([9, 9], epochs=9) is None
    assert rule(*FINISHED).should_prune([9, 9, 9], epochs=9) is not None


def test_trials_that_come_later_count_from_then_on_and_not_where_only_the_first_do():
    made = rule(*FINISHED)
    assert made.should_prune([9, 4.5], epochs=8)
    for curve in [[20, 20, 20]] * 3:
        made.add(curve)
    assert made.completed == 8
    assert not made.should_prune([9, 4.5], epochs=8), "the median is 5.5 now"
    assert made.should_prune([9, 5.6], epochs=8)
    assert made.should_prune([9, 4.5], epochs=8, known=5)
    assert not made.should_prune([9, 9], epochs=8, known=4)
