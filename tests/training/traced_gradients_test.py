"""Trainings one after the other leave nothing of their traced steps."""

import gc

import keras
import numpy as np
import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from kerasae.training.traced_gradients import release_traced_gradients


def train_once():
    keras.backend.clear_session()
    image = keras.Input((6, 6, 1))
    maps = keras.layers.Conv2D(2, 3, padding="same", activation="relu")(image)
    model = keras.Model(image, keras.layers.Conv2D(1, 3, padding="same")(maps))
    model.compile("adam", "mse", jit_compile=False)
    images = np.zeros((4, 6, 6, 1), "float32")
    model.fit(images, images, verbose=0)
    return model


def graphs_alive():
    gc.collect()
    return sum(isinstance(thing, FuncGraph) for thing in gc.get_objects())


def test_no_traced_step_stays():
    with release_traced_gradients():
        train_once()
    before = graphs_alive()
    for _ in range(2):
        with release_traced_gradients():
            train_once()
    assert graphs_alive() == before


def test_gradients_of_operations_and_of_earlier_functions_stay():
    model = train_once()
    with pytest.raises(ZeroDivisionError), release_traced_gradients():
        train_once()
        raise ZeroDivisionError
    images = np.ones((4, 6, 6, 1), "float32")
    before = model.get_weights()
    model.fit(images, images, verbose=0)
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
