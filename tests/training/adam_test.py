"""The fused update beside Keras's own Adam."""

import keras
import numpy as np
import pytest

from kerasae.training.adam import FusedAdam


def trained(optimizer, steps=25):
    """Weights of a small model after some steps; the same data and start for every optimizer."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(7, "tanh"), keras.layers.Dense(2)]
    )
    model.compile(optimizer=optimizer, loss="mse", jit_compile=False)
    draw = np.random.default_rng(0)
    for _ in range(steps):
        model.train_on_batch(draw.normal(size=(8, 5)), draw.normal(size=(8, 2)))
    return model


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": 0.01},
        {"learning_rate": 0.02, "beta_2": 0.98, "beta_1": 0.8, "epsilon": 1e-4},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(0.05, 25)},
    ],
    ids=["defaults", "options", "schedule"],
)
def test_the_same_numbers_as_kerass_own(options):
    ours, theirs = trained(FusedAdam(**options)), trained(keras.optimizers.Adam(**options))
    for fused, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(fused, expected, rtol=1e-4, atol=1e-6)


def test_it_goes_on_after_saving(tmp_path):
    model = trained(FusedAdam(0.01))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is FusedAdam
    assert int(loaded.optimizer.iterations) == 25
    batch = np.ones((4, 5)), np.zeros((4, 2))
    for one in (model, loaded):
        one.train_on_batch(*batch)
    for went_on, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(went_on, expected)


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="`amsgrad` is not supported"):
        FusedAdam(amsgrad=True)
