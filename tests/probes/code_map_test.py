import dataclasses

import numpy as np
import pytest

from kerasae.data.split import MemorySplit
from kerasae.probes import code_map


@dataclasses.dataclass(frozen=True)
class Pixels:
    """Stands for an autoencoder whose code is the image itself."""

    @property
    def encoder(self):
        return self

    def predict(self, batches, verbose):
        return np.concatenate([batch.numpy().reshape(len(batch), -1) for batch in batches])


def split_of(values, labels=None):
    values = np.asarray(values, np.uint8)
    names = None if labels is None else ("a", "b")
    return MemorySplit(values.reshape(len(values), 1, -1, 1), labels, names)


def test_principal_components_of_known_points():
    points = [[0, 0, 9], [100, 0, 9], [0, 20, 9], [100, 20, 9], [50, 10, 9]]
    arrays = code_map.compute(Pixels(), split_of(points), 0)
    np.testing.assert_allclose(arrays["variance_share"], [2500 / 2600, 100 / 2600], rtol=1e-5)
    extent = np.ptp(arrays["pca"], axis=0)
    np.testing.assert_allclose(extent, np.array([100, 20]) / 255, rtol=1e-5)
    assert "labels" not in arrays


def test_t_sne_keeps_two_heaps_apart_and_repeats():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 20)
    values = rng.integers(0, 30, (40, 6)) + 200 * labels[:, np.newaxis]
    arrays = code_map.compute(Pixels(), split_of(values, labels), 3)
    again = code_map.compute(Pixels(), split_of(values, labels), 3)
    np.testing.assert_array_equal(arrays["tsne"], again["tsne"])
    assert arrays["perplexity"] == 13
    means = np.stack([arrays["tsne"][labels == label].mean(axis=0) for label in (0, 1)])
    nearest = np.linalg.norm(arrays["tsne"][:, np.newaxis] - means, axis=-1).argmin(axis=1)
    np.testing.assert_array_equal(nearest, labels)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("width", [1, 2])
def test_few_points_and_small_codes(count, width):
    values = np.arange(count * width).reshape(count, width) ** 2
    arrays = code_map.compute(Pixels(), split_of(values), 0)
    assert arrays["pca"].shape == (count, 2)
    assert arrays["tsne"].shape == (count if count >= 4 else 0, 2)
    assert np.isfinite(arrays["tsne"]).all()


def test_equal_codes_have_no_variance():
    arrays = code_map.compute(Pixels(), split_of(np.full((6, 3), 7)), 0)
    assert not arrays["pca"].any()
    assert not arrays["variance_share"].any()


def test_points_are_sampled_by_the_seed(monkeypatch):
    monkeypatch.setattr(code_map, "MAX_POINTS", 12)
    values, labels = np.arange(50).reshape(50, 1), np.arange(50) % 2
    drawn = [code_map.compute(Pixels(), split_of(values, labels), seed) for seed in (1, 1, 2)]
    first, same, other = (arrays["positions"] for arrays in drawn)
    np.testing.assert_array_equal(first, same)
    assert len(set(first)) == 12
    assert first.tolist() != other.tolist()
    np.testing.assert_array_equal(drawn[0]["labels"], labels[first])


def test_a_page_gets_small_images_of_points_evenly_spread(monkeypatch):
    monkeypatch.setattr(code_map, "MAX_THUMBNAILS", 3)
    values = np.repeat(np.arange(5)[:, np.newaxis] * 10, 56, axis=1)  # Images of 1x56.
    arrays = code_map.compute(Pixels(), split_of(values), 0)
    np.testing.assert_array_equal(arrays["thumbnail_points"], [0, 2, 4])
    assert arrays["thumbnails"].shape == (3, 1, 28, 1)
    assert arrays["thumbnails"].dtype == np.uint8
    np.testing.assert_array_equal(arrays["thumbnails"][:, 0, 0, 0], [0, 20, 40])
