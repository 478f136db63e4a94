import keras
import numpy as np
import pytest

from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import reconstructions


def half():
    """Every pixel becomes half of it, so brighter images have larger errors."""
    image = keras.Input((2, 2, 1))
    code = keras.layers.Flatten(name="code")(image)
    output = keras.layers.Rescaling(0.5)(keras.layers.Reshape((2, 2, 1))(code))
    return Autoencoder.from_model(keras.Model(image, output))


@pytest.mark.parametrize("count", [3, 10, 57, 700])
def test_typical_and_worst_images_are_found(count):
    levels = np.random.default_rng(0).choice(255, count, replace=count > 255).astype(np.uint8)
    data = np.broadcast_to(levels[:, None, None, None], (count, 2, 2, 1))
    arrays = reconstructions.compute(half(), MemorySplit(np.array(data)), seed=0)
    shown = min(10, count)
    ranked = np.sort(levels / 255)
    middle = (count - shown) // 2
    expected = {"worst": ranked[::-1][:shown], "typical": ranked[middle : middle + shown]}
    for kind, levels_of_kind in expected.items():
        originals = arrays[f"{kind}_images"]
        assert originals.shape == (shown, 2, 2, 1)
        np.testing.assert_allclose(originals[:, 0, 0, 0], levels_of_kind, rtol=1e-5)
        np.testing.assert_allclose(arrays[f"{kind}_reconstructions"], originals / 2, rtol=1e-5)
        np.testing.assert_allclose(
            arrays[f"{kind}_mse_per_pixel"], (levels_of_kind / 2) ** 2, rtol=1e-4, atol=1e-9
        )
