import numpy as np
import pytest

from kerasae.probes import kernels


def test_kernels_are_those_of_the_model(autoencoder, digits):
    arrays = kernels.compute(autoencoder, digits, 0)
    layers = kernels.convolutions(autoencoder.model)
    assert len(arrays) == 4 * len(layers)
    for stage, layer in enumerate(layers, start=1):
        assert layer.name == f"conv_{stage}"
        np.testing.assert_array_equal(arrays[f"kernel_{stage}"], layer.get_weights()[0])
        np.testing.assert_array_equal(arrays[f"bias_{stage}"], layer.get_weights()[1])


def test_the_published_threshold_is_for_first_kernels_of_3x3_only():
    weights = np.linspace(-1, 1, 3 * 3 * 4, dtype=np.float32).reshape(3, 3, 1, 4)
    assert kernels.threshold(weights, stage=1)[0] == 0.2
    at, _ = kernels.threshold(weights, stage=2)
    assert np.mean(np.abs(weights) >= at) == pytest.approx(0.25, abs=0.06)
    assert kernels.threshold(weights.reshape(2, 2, 1, 9), stage=1)[0] == at
