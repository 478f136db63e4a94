import time

import tensorflow as tf

from kerasae.training.waiting import InputWait

BATCHES = 8
PAUSE = 0.05


def slow(seconds):
    """A dataset that takes this long for every element."""

    def elements():
        for number in range(BATCHES):
            time.sleep(seconds)
            yield number

    return tf.data.Dataset.from_generator(elements, output_signature=tf.TensorSpec((), tf.int64))


def test_a_slow_dataset_is_waited_for():
    wait = InputWait()
    began = time.perf_counter()
    assert [int(x) for x in wait.measured(slow(PAUSE), tf.negative)] == [-n for n in range(BATCHES)]
    whole = time.perf_counter() - began
    assert BATCHES * PAUSE <= wait.seconds <= whole


def test_a_slow_step_is_not_waiting():
    wait = InputWait()
    for _ in wait.measured(slow(0.0), tf.identity):
        time.sleep(PAUSE)
    assert 0 < wait.seconds < BATCHES * PAUSE / 2


def test_only_the_part_that_no_step_hides_counts():
    """Data that is prepared while the step works has not been waited for."""
    wait = InputWait()
    for _ in wait.measured(slow(PAUSE).prefetch(BATCHES), tf.identity):
        time.sleep(3 * PAUSE)
    # The first element can't be hidden; what follows is ready in time.
    assert PAUSE <= wait.seconds < BATCHES * PAUSE / 2


def test_waits_inside_a_compiled_loop_count_too():
    """As Keras asks: inside a `tf.function`."""
    wait = InputWait()
    iterator = iter(wait.measured(slow(PAUSE), tf.identity))

    @tf.function
    def take(iterator):
        total = tf.constant(0, tf.int64)
        for _ in tf.range(BATCHES):
            total += next(iterator)
        return total

    assert int(take(iterator)) == sum(range(BATCHES))
    assert wait.seconds >= BATCHES * PAUSE


def test_several_datasets_add_up():
    wait = InputWait()
    for _ in range(2):
        list(wait.measured(slow(PAUSE), tf.identity))
    assert wait.seconds >= 2 * BATCHES * PAUSE
