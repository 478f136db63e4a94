"""Several steps a call: never for long, never across an epoch's end, and the same training."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.training import steps

BATCH = 8


def dense(size):
    inputs = keras.Input((size,))
    return keras.Model(inputs, keras.layers.Dense(size)(inputs))


def test_a_call_stays_short():
    costs = 1000 * 1000 * 500  # multiply-adds of a step
    assert steps.per_call(dense(4), 100) == steps.MOST_STEPS
    assert steps.per_call(dense(1000), 500) == steps.MOST_MULTIPLY_ADDS // costs == 8
    assert steps.per_call(dense(1000), 5000) == 1


def test_a_model_without_kernels():
    inputs = keras.Input((4,))
    assert steps.per_call(keras.Model(inputs, keras.layers.ReLU()(inputs)), 10) == 20


class Calls(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.ends = []

    def on_train_batch_end(self, batch, logs=None):
        self.ends.append((batch, float(logs["loss"])))


def trained(monkeypatch, most, in_epoch):
    """Three epochs on one endless dataset: losses, weights, steps and calls."""
    monkeypatch.setattr(steps, "MOST_STEPS", most)
    keras.utils.set_random_seed(0)
    model = dense(3)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.MeanSquaredError(), jit_compile=False)
    steps.join(model, BATCH, in_epoch)
    numbers = np.random.default_rng(0).normal(size=(3 * in_epoch * BATCH, 3)).astype("float32")
    batches = tf.data.Dataset.from_tensor_slices((numbers, 2 * numbers)).batch(BATCH).repeat()
    calls = Calls()
    history = model.fit(
        batches, epochs=3, steps_per_epoch=in_epoch, shuffle=False, verbose=0, callbacks=[calls]
    )
    return history.history["loss"], model.get_weights(), int(model.optimizer.iterations), calls.ends


@pytest.mark.parametrize(("in_epoch", "calls"), [(7, 3), (6, 2), (2, 1)])
def test_trains_as_one_step_a_call_does(monkeypatch, in_epoch, calls):
    one, several = (trained(monkeypatch, most, in_epoch) for most in (1, 3))
    np.testing.assert_allclose(several[0], one[0], rtol=1e-6)
    for ours, keras_own in zip(several[1], one[1], strict=True):
        np.testing.assert_allclose(ours, keras_own, rtol=1e-5)
    assert several[2] == one[2] == 3 * in_epoch
    assert len(one[3]) == 3 * in_epoch
    assert len(several[3]) == 3 * calls
    # What is told after a call is the running mean, as after the step that it ends with.
    told = dict(enumerate(loss for _, loss in one[3]))
    assert several[3][-1][1] == pytest.approx(told[3 * in_epoch - 1], rel=1e-5)


def test_goes_on_where_a_checkpoint_ended(monkeypatch):
    """The step count of the optimizer says where in the epoch a call begins."""
    monkeypatch.setattr(steps, "MOST_STEPS", 3)
    model = dense(2)
    model.compile(keras.optimizers.SGD(), keras.losses.MeanSquaredError(), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    model.optimizer.iterations.assign(4)
    steps.join(model, BATCH, 4)
    batches = tf.data.Dataset.from_tensors((tf.ones((BATCH, 2)),) * 2).repeat()
    model.fit(batches, initial_epoch=1, epochs=2, steps_per_epoch=4, shuffle=False, verbose=0)
    assert int(model.optimizer.iterations) == 8
