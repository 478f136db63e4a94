import numpy as np
import pytest
from sklearn.decomposition import PCA

from kerasae.data.split import MemorySplit
from kerasae.evaluation import pca


def split(count, shape, seed=0):
    rng = np.random.default_rng(seed)
    # Pixels that hang together, so that components differ.
    loose = rng.normal(size=(count, 3)) @ rng.normal(size=(3, int(np.prod(shape)))) * 40 + 120
    noisy = loose + rng.normal(scale=4, size=loose.shape)
    return MemorySplit(noisy.clip(0, 255).astype(np.uint8).reshape(count, *shape))


@pytest.mark.parametrize("batch", [7, 1000])
@pytest.mark.parametrize("shape", [(6, 5, 1), (4, 4, 3)])
def test_against_scikit_learn(shape, batch, monkeypatch):
    monkeypatch.setattr(pca, "BATCH", batch)
    train = split(60, shape)
    fitted = pca.fit(train, 4)
    images = train.images.numpy() / np.float32(255)
    flat = images.reshape(60, -1)
    oracle = PCA(4, svd_solver="full").fit(flat)
    codes = fitted.encoder.predict(images, verbose=0)
    # Components are known up to their sign.
    np.testing.assert_allclose(np.abs(codes), np.abs(oracle.transform(flat)), atol=1e-4)
    expected = oracle.inverse_transform(oracle.transform(flat)).reshape(images.shape)
    np.testing.assert_allclose(fitted.model.predict(images, verbose=0), expected, atol=1e-4)
    assert fitted.code_size == 4
    assert fitted.model.trainable_variables == []
    center = fitted.decoder.predict(np.zeros((1, 4), np.float32), verbose=0)
    np.testing.assert_allclose(center[0], images.mean(axis=0), atol=1e-5)


def test_no_more_components_than_images_or_pixels():
    assert pca.fit(split(5, (4, 4, 1)), 49).code_size == 5
    few = split(60, (2, 2, 1))
    fitted = pca.fit(few, 49)
    assert fitted.code_size == 4
    images = few.images.numpy() / np.float32(255)
    np.testing.assert_allclose(fitted.model.predict(images, verbose=0), images, atol=1e-5)
