"""Waits by a clock that only the test moves: what the machine does meanwhile takes no time."""

import threading
import time

import pytest
import tensorflow as tf

from kerasae.training.waiting import InputWait

BATCHES = 8
PAUSE = 4.0


class Clock:
    """Stands still until it is moved; called, it is what `InputWait` asks."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return tf.py_function(lambda: self.seconds, [], tf.float64)


@pytest.fixture
def clock():
    return Clock()


def slow(clock, seconds, before=lambda number: None, after=lambda number: None):
    """A dataset that takes this long for every element."""

    def elements():
        for number in range(BATCHES):
            before(number)
            clock.seconds += seconds
            after(number)
            yield number

    return tf.data.Dataset.from_generator(elements, output_signature=tf.TensorSpec((), tf.int64))


def test_a_slow_dataset_is_waited_for(clock):
    wait = InputWait(clock)
    assert [int(x) for x in wait.measured(slow(clock, PAUSE))] == list(range(BATCHES))
    assert wait.seconds == BATCHES * PAUSE


def test_a_slow_step_is_not_waiting(clock):
    wait = InputWait(clock)
    for _ in wait.measured(slow(clock, 1.0)):
        clock.seconds += PAUSE
    assert wait.seconds == BATCHES


def test_a_clock_that_is_set_back_is_no_wait(clock):
    wait = InputWait(clock)
    list(wait.measured(slow(clock, -PAUSE)))
    assert wait.seconds == 0


def test_only_the_part_that_no_step_hides_counts(clock):
    """Data that is prepared while the step works has not been waited for."""
    wait = InputWait(clock)
    started, ready = ([threading.Event() for _ in range(BATCHES + 1)] for _ in range(2))
    started[0].set()
    dataset = slow(
        clock,
        PAUSE,
        before=lambda number: started[number].wait(60),
        after=lambda number: ready[number].set(),
    )
    for number in wait.measured(dataset.prefetch(BATCHES)):
        following = int(number) + 1
        started[following].set()
        assert following == BATCHES or ready[following].wait(60)
    assert wait.seconds == PAUSE, "the first element can't be hidden"


def test_waits_inside_a_compiled_loop_count_too(clock):
    """As Keras asks: inside a `tf.function`."""
    wait = InputWait(clock)
    iterator = iter(wait.measured(slow(clock, PAUSE)))

    @tf.function
    def take(iterator):
        total = tf.constant(0, tf.int64)
        for _ in tf.range(BATCHES):
            total += next(iterator)
        return total

    assert int(take(iterator)) == sum(range(BATCHES))
    assert wait.seconds == BATCHES * PAUSE


def test_several_datasets_add_up(clock):
    wait = InputWait(clock)
    for _ in range(2):
        list(wait.measured(slow(clock, PAUSE)))
    assert wait.seconds == 2 * BATCHES * PAUSE


def test_the_clock_is_the_machines_where_no_other_is_given():
    wait, pause = InputWait(), 0.05
    list(wait.measured(slow(Clock(), 0.0, before=lambda number: time.sleep(pause))))
    assert wait.seconds > 0.9 * BATCHES * pause
