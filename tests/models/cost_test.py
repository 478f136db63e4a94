"""Multiply-adds against sums done by hand from the published tables."""

import pytest

from kerasae import registry
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.cost import multiply_adds

A = 20 * 20 * 17 * 17 * 20 + 10 * 10 * 11 * 11 * 20 * 2
B_CONVOLUTIONS = 28 * 28 * 3 * 3 * 32 + 14 * 14 * 3 * 3 * 32 * 16
B_DENSE = 784 * 80 + 80 * 49
B_DECONVOLUTIONS = 7 * 7 * 2 * 2 * 16 * 32 + 14 * 14 * 2 * 2 * 32


@pytest.mark.parametrize("tied", [True, False])
def test_experiment_a_costs_the_same_both_ways(tied):
    config = registry.load(registry.FAMILIES, "all_convolutional", "").Config(tied=tied)
    autoencoder = build_autoencoder("all_convolutional", config, (36, 36, 1))
    assert multiply_adds(autoencoder.model) == 2 * A
    assert multiply_adds(autoencoder.encoder) == A


def test_experiment_b():
    config = registry.load(registry.FAMILIES, "pooled", "").Config()
    autoencoder = build_autoencoder("pooled", config, (28, 28, 1))
    assert multiply_adds(autoencoder.encoder) == B_CONVOLUTIONS + B_DENSE
    assert multiply_adds(autoencoder.model) == B_CONVOLUTIONS + 2 * B_DENSE + B_DECONVOLUTIONS
