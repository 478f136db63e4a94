"""A tied model's weights come back out of the plain layers that it was exported as."""

import numpy as np
import pytest

from kerasae import names
from kerasae.exporting.plain import plain_model
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.models.retying import weights

SMALL = {"filters": (3,), "kernel_sizes": (3,), "tied": True}
CONFIGS = {
    "pooled": pooled.Config(**SMALL, dense_sizes=(5,), latent_dim=4),
    "all_convolutional": all_convolutional.Config(**SMALL, strides=(2,)),
}


def build(family):
    """A model of which every weight is another number."""
    model = build_autoencoder(family, CONFIGS[family], (8, 8, 1)).model
    draw = np.random.default_rng()
    model.set_weights([draw.normal(size=weight.shape) for weight in model.weights])
    return model


@pytest.mark.parametrize("family", CONFIGS)
def test_they_come_back(family):
    source = build(family)
    found = weights(plain_model(source), build(family))
    for one, other in zip(found, source.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_not_of_kernels_that_parted_since():
    source = build("pooled")
    plain = plain_model(source)
    transposed = plain.get_layer(names.TRANSPOSED.format(names.CONV.format(1)))
    transposed.set_weights([weight + 1 for weight in transposed.get_weights()])
    assert weights(plain, source) is None


def test_not_of_a_tied_model_itself_whose_weights_are_in_order_already():
    source = build("pooled")
    assert weights(source, build("pooled")) is None
