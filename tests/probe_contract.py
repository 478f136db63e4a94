"""What holds for every probe."""

import io

import numpy as np

from kerasae.published.experiment import Display

SHOWN = Display(kernel_threshold=0.2, filters=(5, 12, 26), sample="7", samples=("1", "8"))


def check(probe, autoencoder, split) -> None:
    """Plain, finite arrays; the model stays as it is."""
    before = autoencoder.model.get_weights()
    for display in (SHOWN, Display()):
        arrays = probe.compute(autoencoder, split, 0, display)
        file = io.BytesIO()
        np.savez(file, **arrays)
        file.seek(0)
        for key, array in np.load(file, allow_pickle=False).items():
            np.testing.assert_array_equal(array, arrays[key])
            if array.dtype.kind == "f":
                assert np.isfinite(array).all(), key
    for old, new in zip(before, autoencoder.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
