"""Images along each unit of the code: it moves, all others stay at their mean."""

import numpy as np

from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

STEPS = 9
MAX_UNITS = 16
PERCENTILES = (1, 99)
BATCH = 500


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Decodes a walk along each unit, between percentiles of the split's codes.

    The walk starts from the mean code and not from one image's code, so that it
    is about the model and not about the image that happened to be chosen.

    Returns:
        Of the 16 units (fewer in smaller codes) that change the image most:
        `units`, int64 `(n,)`, counted from 0, largest effect first; `effects`,
        float32 `(n,)`: root mean squared difference per pixel between the two
        ends; `values`, float32 `(n, 9)`: the unit's value at each step;
        `images`, float32 `(n, 9, height, width, channels)`, in the range of the
        output activation. And `code_size`, int64 `()`.
    """
    codes = autoencoder.encoder.predict(split.batches(BATCH), verbose=0).astype(np.float32)
    mean = codes.mean(axis=0)
    low, high = np.percentile(codes, PERCENTILES, axis=0).astype(np.float32)
    everything = np.arange(len(mean))
    ends = _decode(autoencoder, mean, everything, np.stack([low, high], axis=1))
    effects = np.sqrt(np.mean((ends[:, 1] - ends[:, 0]) ** 2, axis=(1, 2, 3)))
    units = np.argsort(-effects, kind="stable")[:MAX_UNITS]
    values = np.linspace(low[units], high[units], STEPS, axis=1)
    return {
        "units": units,
        "effects": effects[units],
        "values": values,
        "images": _decode(autoencoder, mean, units, values),
        "code_size": np.array(len(mean)),
    }


def _decode(autoencoder, mean: np.ndarray, units: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Images of the mean code with one unit set: `(units, steps, height, width, channels)`."""
    codes = np.tile(mean, (*values.shape, 1))  # (units, steps, code_size)
    codes[np.arange(len(units)), :, units] = values
    images = autoencoder.decoder.predict(codes.reshape(-1, len(mean)), BATCH, verbose=0)
    return images.astype(np.float32).reshape(*values.shape, *images.shape[1:])
