"""Optimizers and the schedules of their learning rates."""

import keras
import pytest

from kerasae.run_config import TrainingConfig
from kerasae.training import fit as fitting

STEPS = 40


def rate_at(step, **settings):
    """The learning rate that the optimizer would use for a step."""
    optimizer = fitting.make_optimizer(TrainingConfig(**settings), STEPS)
    optimizer.build([keras.Variable(0.0)])
    optimizer.iterations.assign(step)
    return float(optimizer.learning_rate)


@pytest.mark.parametrize("step", [0, 1, STEPS])
def test_a_constant_rate_stays(step):
    assert rate_at(step, learning_rate=0.3) == pytest.approx(0.3)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.3), (STEPS // 2, 0.15), (STEPS, 0.0)])
@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_a_falling_rate_ends_at_nothing(schedule, step, rate):
    found = rate_at(step, learning_rate=0.3, learning_rate_schedule=schedule)
    assert found == pytest.approx(rate, abs=1e-6)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.015), (5, 0.1575), (10, 0.3), (STEPS, 0.0)])
def test_warm_up_rises_from_a_twentieth_of_the_peak(step, rate):
    found = rate_at(step, learning_rate=0.3, learning_rate_schedule="cosine", warmup_fraction=0.25)
    assert found == pytest.approx(rate, abs=1e-6)


def test_warm_up_leaves_a_step_for_the_peak():
    config = TrainingConfig(learning_rate_schedule="cosine", warmup_fraction=0.99)
    optimizer = fitting.make_optimizer(config, 2)
    optimizer.iterations.assign(1)
    assert float(optimizer.learning_rate) == pytest.approx(config.learning_rate)


def test_optimizers_are_what_their_names_say():
    assert isinstance(fitting.make_optimizer(TrainingConfig(), STEPS), keras.optimizers.Adam)
    sgd = fitting.make_optimizer(TrainingConfig(optimizer="sgd", momentum=0.75), STEPS)
    assert type(sgd) is keras.optimizers.SGD
    assert sgd.momentum == 0.75
