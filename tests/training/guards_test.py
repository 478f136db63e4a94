import os
import signal
import threading

import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.training.execution import ExecutionPlan
from kerasae.training.guards import DivergenceGuard, InterruptGuard


def divergence_guard(**plan):
    guard = DivergenceGuard()
    guard.plan = ExecutionPlan(**plan)
    return guard


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), -float("inf"), np.float32("nan")])
def test_a_loss_that_is_no_number_names_epoch_and_step(loss):
    guard = divergence_guard(batch_size=10, steps_per_execution=1, images_per_epoch=20)
    guard.on_epoch_begin(0)
    guard.on_train_batch_end(0, {"loss": 0.5})
    guard.on_epoch_begin(2)
    guard.on_train_batch_end(0, {"loss": 0.5})
    with pytest.raises(RunError, match=r"epoch 3 by step 2\b.*--learning_rate"):
        guard.on_train_batch_end(1, {"loss": loss})


def test_an_execution_that_stops_short_names_the_last_step():
    guard = divergence_guard(batch_size=10, steps_per_execution=20, images_per_epoch=150)
    guard.on_epoch_begin(0)
    with pytest.raises(RunError, match=r"epoch 1 by step 15\b"):
        guard.on_train_batch_end(0, {"loss": float("nan")})


def test_interrupts_wait_for_the_end_of_the_call_and_say_nothing():
    before = signal.getsignal(signal.SIGINT)
    with InterruptGuard() as guard:
        guard.on_train_batch_end(0)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt) as interrupt:
            guard.on_train_batch_end(1)
    assert str(interrupt.value) == ""
    assert signal.getsignal(signal.SIGINT) is before


def test_checkpoints_can_be_interrupted_too():
    with InterruptGuard() as guard:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            guard.on_epoch_end(0, {})


def test_a_second_interrupt_stops_at_once():
    with InterruptGuard():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_the_old_handler_is_back_after_an_error():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError), InterruptGuard():
        raise RuntimeError
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_are_left_alone():
    before, failures = signal.getsignal(signal.SIGINT), []

    def work():
        try:
            with InterruptGuard() as guard:
                guard.on_train_batch_end(0)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failures == []
    assert signal.getsignal(signal.SIGINT) is before
