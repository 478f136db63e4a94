import numpy as np
import pytest

from kerasae import names
from kerasae.layers import GaussianSample, KeepLargest
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.probes import prior_samples

CONFIG = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3)


@pytest.mark.parametrize(("layer", "count"), [(GaussianSample, 60), (KeepLargest, 0)])
def test_only_a_variational_model_has_a_prior(layer, count):
    bottleneck = layer(1, name=names.BOTTLENECK)
    autoencoder = build_autoencoder("pooled", CONFIG, (8, 8, 1), bottleneck=bottleneck)
    images = prior_samples.compute(autoencoder, None, 5)["images"]
    assert images.shape == (count, 8, 8, 1)
    if count:
        codes = np.random.default_rng(5).standard_normal((60, 3), np.float32)
        np.testing.assert_allclose(images, autoencoder.decoder(codes), atol=1e-6)
