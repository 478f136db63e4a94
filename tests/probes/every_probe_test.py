import io

import numpy as np
import pytest

from kerasae import registry

PROBES = registry.names("kerasae.probes")


def computed(name, autoencoder, split):
    return registry.load("kerasae.probes", name, "the probe").compute(autoencoder, split, 0)


@pytest.mark.parametrize("name", PROBES)
@pytest.mark.parametrize("labels", [True, False], ids=["labelled", "unlabelled"])
def test_a_probe_gives_plain_arrays(name, labels, autoencoder, digits, unlabelled):
    before = autoencoder.model.get_weights()
    arrays = computed(name, autoencoder, digits if labels else unlabelled)
    file = io.BytesIO()
    np.savez(file, **arrays)
    file.seek(0)
    for key, array in np.load(file, allow_pickle=False).items():
        np.testing.assert_array_equal(array, arrays[key])
        if array.dtype.kind == "f":
            assert np.isfinite(array).all(), key
    for old, new in zip(before, autoencoder.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
