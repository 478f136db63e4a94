"""What an objective is given of a step's views."""

import numpy as np

from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import invariance
from kerasae.training.training_model import TrainingModel


def test_views_are_normalised_together():
    config = pooled.Config(
        filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3, normalization="batch"
    )
    autoencoder = build_autoencoder("pooled", config, (4, 4, 1))
    model = TrainingModel(autoencoder, invariance.build(invariance.Config()))
    bright = np.random.default_rng(0).uniform(0.5, 1, (6, 4, 4, 1)).astype(np.float32)
    dark = bright**4
    together = autoencoder.encoder(np.concatenate([bright, dark]), training=True)
    (first, image), (second, _) = model((bright, dark), training=True)
    np.testing.assert_allclose(np.concatenate([first, second]), together, rtol=1e-5, atol=1e-6)
    assert image.shape == bright.shape
    apart = autoencoder.encoder(bright, training=True)
    assert np.abs(apart - first).max() > 0.1
