"""How many steps a call takes: never across an epoch's end, never for long."""

import keras
import pytest

from kerasae.training import steps


def dense(size):
    inputs = keras.Input((size,))
    return keras.Model(inputs, keras.layers.Dense(size)(inputs))


@pytest.mark.parametrize(
    ("in_epoch", "expected"), [(600, 20), (185, 5), (7, 7), (1, 1), (23, 1), (38, 19)]
)
def test_a_call_is_a_whole_part_of_an_epoch(in_epoch, expected):
    assert steps.per_call(dense(4), 100, in_epoch) == expected


def test_a_call_of_a_large_model_stays_short():
    costs = 1000 * 1000 * 500  # multiply-adds of a step
    assert steps.per_call(dense(1000), 500, 600) == steps.MOST_MULTIPLY_ADDS // costs == 8
    assert steps.per_call(dense(1000), 5000, 600) == 1


def test_a_model_without_kernels():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.ReLU()(inputs))
    assert steps.per_call(model, 10, 20) == 20
