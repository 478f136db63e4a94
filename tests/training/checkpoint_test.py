"""Checkpoints, saved after every epoch of what may be thousands."""

import keras
import pytest
from keras.src.optimizers.optimizer import Optimizer

from kerasae.training import checkpoint
from kerasae.training.checkpoint import Progress


def test_only_the_first_save_makes_an_optimizer(tmp_path, monkeypatch):
    """Each that Keras makes to look at its attributes costs memory that never comes back."""
    keras.utils.clear_session(free_memory=False)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    checkpoint.save(tmp_path / "first.keras", model, Progress("", ()))
    monkeypatch.setattr(Optimizer, "__init__", lambda *_: pytest.fail("an optimizer is made"))
    checkpoint.save(tmp_path / "second.keras", model, Progress("", ()))
    assert checkpoint.read_progress(tmp_path / "second.keras") == Progress("", ())
