import dataclasses

import numpy as np

from kerasae.data.split import MemorySplit
from kerasae.probes import traversals

WEIGHTS = np.array([0.1, 3.0, 1.0], np.float32)


@dataclasses.dataclass(frozen=True)
class Weighted:
    """Encodes an image of three pixels as itself, decodes it with a weight for each pixel."""

    def predict(self, inputs, batch_size=None, verbose=0):
        if isinstance(inputs, np.ndarray):
            return (inputs * WEIGHTS).reshape(-1, 1, 3, 1)
        return np.concatenate([batch.numpy().reshape(len(batch), -1) for batch in inputs])

    encoder = decoder = property(lambda self: self)


def test_units_walk_alone_between_their_percentiles():
    images = np.random.default_rng(0).integers(0, 256, (500, 1, 3, 1)).astype(np.uint8)
    arrays = traversals.compute(Weighted(), MemorySplit(images), 0)
    assert arrays["units"].tolist() == [1, 2, 0]  # by what they change in the image
    codes = images.reshape(500, 3) / 255
    for unit, values, walk in zip(arrays["units"], arrays["values"], arrays["images"], strict=True):
        low, high = np.percentile(codes[:, unit], [1, 99])
        np.testing.assert_allclose(values, np.linspace(low, high, 9), rtol=1e-5)
        expected = np.tile(codes.mean(axis=0), (9, 1))
        expected[:, unit] = values
        np.testing.assert_allclose(walk.reshape(9, 3), expected * WEIGHTS, rtol=1e-4)
        effect = WEIGHTS[unit] * (high - low) / np.sqrt(3)
        index = arrays["units"].tolist().index(unit)
        np.testing.assert_allclose(arrays["effects"][index], effect, rtol=1e-4)


def test_sixteen_units_at_most(autoencoder, digits):
    arrays = traversals.compute(autoencoder, digits, 0)
    shown = min(16, autoencoder.code_size)
    assert arrays["images"].shape == (shown, 9, *autoencoder.image_shape)
    assert arrays["code_size"] == autoencoder.code_size
    assert (np.diff(arrays["effects"]) <= 0).all()
