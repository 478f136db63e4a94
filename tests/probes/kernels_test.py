import numpy as np
import pytest

from kerasae.probes import kernels
from kerasae.published.experiment import Display


def test_kernels_are_those_of_the_model(autoencoder, digits):
    arrays = kernels.compute(autoencoder, digits, 0)
    layers = kernels.convolutions(autoencoder.model)
    assert len(arrays) == 4 * len(layers)
    for stage, layer in enumerate(layers, start=1):
        assert layer.name == f"conv_{stage}"
        np.testing.assert_array_equal(arrays[f"kernel_{stage}"], layer.get_weights()[0])
        np.testing.assert_array_equal(arrays[f"bias_{stage}"], layer.get_weights()[1])


def test_the_published_threshold_is_for_the_first_layer_of_an_experiment_only():
    weights = np.linspace(-1, 1, 3 * 3 * 4, dtype=np.float32).reshape(3, 3, 1, 4)
    published = Display(kernel_threshold=0.2)
    assert kernels.threshold(weights, 1, published) == (0.2, "the published value")
    at, _ = kernels.threshold(weights, 2, published)
    assert np.mean(np.abs(weights) >= at) == pytest.approx(0.25, abs=0.06)
    assert kernels.threshold(weights, 1)[0] == at
