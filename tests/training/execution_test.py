"""Several steps a call: never for long, never across an epoch's end, and the same training."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.training import execution
from kerasae.training.execution import steps_per_execution

BATCH = 8


def dense(size):
    inputs = keras.Input((size,))
    return keras.Model(inputs, keras.layers.Dense(size)(inputs))


def test_a_call_stays_short():
    costs = 1000 * 1000 * 500  # multiply-adds of a step
    assert steps_per_execution(dense(4), 100) == execution.MAX_STEPS
    assert steps_per_execution(dense(1000), 500) == execution.MAX_MULTIPLY_ADDS // costs == 8
    assert steps_per_execution(dense(1000), 5000) == 1


def test_a_call_holds_few_images():
    inputs = keras.Input((100, 100, 1))
    no_work = keras.Model(inputs, keras.layers.ReLU()(inputs))
    batch = 50
    count = steps_per_execution(no_work, batch)
    assert (
        count * batch * 100 * 100 * 4 <= execution.MAX_BYTES < (count + 1) * batch * 100 * 100 * 4
    )
    assert steps_per_execution(no_work, 10_000) == 1


@pytest.mark.parametrize(
    ("images", "batch", "per_execution", "done"),
    [
        (60, 10, 2, [2, 4, 6]),
        (61, 10, 2, [2, 4, 6, 7]),
        (75, 10, 3, [3, 6, 8]),
        (5, 10, 3, [1]),
    ],
)
def test_how_an_epoch_is_cut(images, batch, per_execution, done):
    plan = execution.ExecutionPlan(batch, per_execution, images)
    assert plan.images_per_execution == batch * per_execution
    assert [plan.steps_done(number) for number in range(plan.executions_per_epoch)] == done
    assert plan.steps_per_epoch == done[-1] == -(-images // batch)


def test_a_model_without_kernels():
    inputs = keras.Input((4,))
    assert steps_per_execution(keras.Model(inputs, keras.layers.ReLU()(inputs)), 10) == 20


class Ends(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(float(logs["loss"]))


EPOCHS = 3


def trained(monkeypatch, most, images):
    """Losses by epoch, weights, steps, and losses by call."""
    monkeypatch.setattr(execution, "MAX_STEPS", most)
    keras.utils.set_random_seed(0)
    model = dense(3)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError(), jit_compile=False)
    plan = execution.plan(model, BATCH, images)
    execution.set_train_function(model, plan)
    assert plan.steps_per_execution == most
    numbers = np.random.default_rng(0).normal(size=(images, 3)).astype("float32")
    epoch = tf.data.Dataset.from_tensor_slices((numbers, 2 * numbers)).batch(
        plan.images_per_execution
    )
    ends = Ends()
    history = model.fit(
        epoch.repeat(EPOCHS),
        epochs=EPOCHS,
        steps_per_epoch=plan.executions_per_epoch,
        shuffle=False,
        verbose=0,
        callbacks=[ends],
    )
    by_call = np.reshape(ends.losses, (EPOCHS, plan.executions_per_epoch))
    return history.history["loss"], model.get_weights(), int(model.optimizer.iterations), by_call


@pytest.mark.parametrize("images", [7 * BATCH, 6 * BATCH, 2 * BATCH, 5 * BATCH - 3])
def test_trains_as_one_step_a_call_does(monkeypatch, images):
    one, several = (trained(monkeypatch, most, images) for most in (1, 3))
    np.testing.assert_allclose(several[0], one[0], rtol=1e-6)
    for ours, keras_own in zip(several[1], one[1], strict=True):
        np.testing.assert_allclose(ours, keras_own, rtol=1e-5)
    steps_of_epoch = -(-images // BATCH)
    assert several[2] == one[2] == EPOCHS * steps_of_epoch
    # What is reported after a call is the running mean, as after the step that it ends with.
    for ours, keras_own in zip(several[3], one[3], strict=True):
        ends = [min(3 * (call + 1), steps_of_epoch) - 1 for call in range(len(ours))]
        np.testing.assert_allclose(ours, [keras_own[end] for end in ends], rtol=1e-5)
