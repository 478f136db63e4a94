"""A few real digits, and small autoencoders of every shape that a probe must cope with."""

import numpy as np
import pytest

SHAPE = (16, 16, 1)
MODELS = {
    "pooled": ("pooled", {"filters": (6, 4), "dense_sizes": (7,), "latent_dim": 5}),
    "pooled, tied": ("pooled", {"filters": (6, 4), "latent_dim": 5, "tied": True}),
    "pooled, gelu": ("pooled", {"filters": (4,), "kernel_sizes": (3,), "activation": "gelu"}),
    "pooled, linear": ("pooled", {"filters": (4, 3), "activation": "linear"}),
    "tied": ("all_convolutional", {"filters": (6, 2), "kernel_sizes": (5, 3)}),
    "strided": (
        "all_convolutional",
        {"filters": (3,), "kernel_sizes": (4,), "strides": (2,), "padding": "same", "tied": False},
    ),
}


@pytest.fixture(scope="session")
def digits():
    """Sixty digits of 16x16 with labels."""
    from sklearn.datasets import load_digits

    from kerasae.data.split import MemorySplit

    bunch = load_digits()
    images = np.kron(bunch.images[:60], np.ones((2, 2))) * (255 / 16)
    return MemorySplit(
        images.astype(np.uint8)[..., np.newaxis],
        bunch.target[:60].astype(np.int64),
        tuple("0123456789"),
    )


@pytest.fixture(scope="session")
def unlabelled(digits):
    from kerasae.data.split import MemorySplit

    return MemorySplit(digits.images.numpy())


@pytest.fixture(scope="session", params=MODELS)
def autoencoder(request):
    """Untrained, with biases that aren't 0."""
    import keras

    from kerasae import registry
    from kerasae.models.autoencoder import build_autoencoder

    keras.utils.set_random_seed(0)
    family, settings = MODELS[request.param]
    config = registry.load("kerasae.models.families", family, "--model").Config(**settings)
    built = build_autoencoder(family, config, SHAPE)
    for layer in built.model.layers:
        if getattr(layer, "bias", None) is not None:
            layer.bias.assign(np.linspace(-0.2, 0.2, layer.bias.shape[0]))
    return built
