import os
import signal
import threading

import numpy as np
import pytest
import tensorflow as tf

from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.training.execution import ExecutionPlan
from kerasae.training.guards import DivergenceError, DivergenceGuard, InterruptGuard


def divergence_guard(**plan):
    guard = DivergenceGuard(tf.ones((2, 8, 8, 1)))
    guard.plan = ExecutionPlan(**plan)
    return guard


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), np.float32("nan")])
@pytest.mark.parametrize("name", ["loss", "mse_per_pixel"])
def test_what_is_no_number_names_epoch_and_step(name, value):
    guard, fine = divergence_guard(batch_size=10, steps_per_execution=1, images_per_epoch=20), 0.5
    numbers = {"loss": fine, "mse_per_pixel": fine}
    guard.on_epoch_begin(0)
    guard.on_train_batch_end(0, numbers)
    guard.on_epoch_begin(2)
    guard.on_train_batch_end(0, numbers)
    with pytest.raises(DivergenceError, match=rf"{name} .* epoch 3 by step 2\b.*--learning_rate"):
        guard.on_train_batch_end(1, numbers | {name: value})


def test_a_term_that_is_no_number_is_named_and_not_the_loss_that_it_spoils():
    guard = divergence_guard(batch_size=10, steps_per_execution=1, images_per_epoch=20)
    guard.on_epoch_begin(0)
    numbers = {"loss": float("nan"), "mse_per_pixel": 0.5, "variance": float("nan")}
    with pytest.raises(DivergenceError, match=r"The variance became nan in epoch 1 by step 1\b"):
        guard.on_train_batch_end(0, numbers)


def test_an_execution_that_stops_short_names_the_last_step():
    guard = divergence_guard(batch_size=10, steps_per_execution=20, images_per_epoch=150)
    guard.on_epoch_begin(0)
    with pytest.raises(DivergenceError, match=r"epoch 1 by step 15\b"):
        guard.on_train_batch_end(0, {"loss": float("nan"), "mse_per_pixel": 0.5})


class TestAfterAnEpoch:
    @pytest.fixture
    def guard(self):
        config = pooled.Config(
            filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3,
            output_activation="linear",
        )  # fmt: skip
        guard = DivergenceGuard(tf.ones((2, 8, 8, 1)))
        guard.autoencoder = build_autoencoder("pooled", config, (8, 8, 1))
        return guard

    def test_a_model_of_numbers_goes_on(self, guard):
        guard.check_epoch(1)

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_a_single_weight_that_is_no_number_is_named(self, guard, value):
        kernel = guard.autoencoder.model.get_layer("code_kernel").kernel
        changed = kernel.numpy()
        changed[0, 0] = value
        kernel.assign(changed)
        with pytest.raises(
            DivergenceError, match=r"norm of code_kernel/kernel became (nan|inf) after epoch 3"
        ):
            guard.check_epoch(3)

    @pytest.mark.parametrize(("size", "what"), [(1e25, "norm of"), (1e18, "code"), (1e7, "mse")])
    def test_weights_that_are_numbers_and_too_large_are_noticed(self, guard, size, what):
        for weight in guard.autoencoder.model.trainable_weights:
            weight.assign(np.full(weight.shape, size))
        with pytest.raises(DivergenceError, match=rf"The {what}\S* .*became inf after epoch 1"):
            guard.check_epoch(1)

    def test_an_ordinary_model_is_not_run_for_it(self, guard, monkeypatch):
        monkeypatch.setattr(guard, "_look_at_images", None)
        guard.check_epoch(1)


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
