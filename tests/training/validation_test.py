"""The held-out error is Keras's own, whatever the cut, as often as it is asked for."""

import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit
from kerasae.training.execution import ExecutionPlan
from kerasae.training.validation import Validation

BATCH = 8
IMAGES = 45


def images():
    return np.random.default_rng(0).integers(0, 256, (IMAGES, 3, 3, 1), np.uint8)


def compiled():
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3, 3, 1))
    model = keras.Model(inputs, keras.layers.Conv2D(1, 3, padding="same")(inputs))
    model.compile(loss=keras.losses.MeanSquaredError(), jit_compile=False)
    return model


def keras_loss(model):
    units = images().astype("float32") / 255
    return model.evaluate(units, units, batch_size=BATCH, verbose=0)


@pytest.fixture(params=["memory", "streamed"])
def split(request):
    if request.param == "memory":
        return MemorySplit(images())
    records = tf.data.Dataset.from_tensor_slices(images())
    return StreamedSplit(records, lambda images: images, IMAGES, (3, 3, 1), None, None, block=10)


@pytest.mark.parametrize("per_execution", [1, 2, 4, 20])
def test_is_what_keras_measures(per_execution, split):
    model = compiled()
    calls = []
    validation = Validation(model, split, ExecutionPlan(BATCH, per_execution, 1000))
    error = validation.mse_per_pixel(lambda: calls.append(1))
    assert error == pytest.approx(keras_loss(model), rel=1e-5)
    assert len(calls) == -(-IMAGES // (BATCH * per_execution))


def test_follows_the_weights_and_begins_anew_each_time(split):
    model = compiled()
    validation = Validation(model, split, ExecutionPlan(BATCH, 2, 1000))
    before = validation.mse_per_pixel(lambda: None)
    assert validation.mse_per_pixel(lambda: None) == before
    model.set_weights([2 * weight for weight in model.get_weights()])
    after = validation.mse_per_pixel(lambda: None)
    assert after == pytest.approx(keras_loss(model), rel=1e-5)
    assert after != pytest.approx(before, rel=1e-2)


def test_nothing_is_decoded_while_training_goes_on():
    """Once all are measured, no image of the next round is fetched before it is asked for."""
    decoded = []

    def note(image, other):
        tf.py_function(lambda: decoded.append(1), [], [])
        return image, other

    records = tf.data.Dataset.from_tensor_slices(images())
    streamed = StreamedSplit(
        records, lambda images: images.map(note), IMAGES, (3, 3, 1), None, None, block=10
    )
    validation = Validation(compiled(), streamed, ExecutionPlan(BATCH, 2, 1000))
    validation.mse_per_pixel(lambda: None)
    time.sleep(0.5)
    assert len(decoded) == IMAGES


def test_can_be_ended_between_calls():
    def stop():
        raise KeyboardInterrupt

    validation = Validation(compiled(), MemorySplit(images()), ExecutionPlan(BATCH, 1, 1000))
    with pytest.raises(KeyboardInterrupt):
        validation.mse_per_pixel(stop)
