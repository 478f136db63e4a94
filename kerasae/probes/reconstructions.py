"""Typical images and the worst, beside their reconstructions."""

import numpy as np

from kerasae.data import pixels
from kerasae.data.split import Split
from kerasae.evaluation.measures.reconstruction import errors_per_image
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

SHOWN = 10


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Picks images by their error and reconstructs them.

    Returns:
        For `typical` (errors around the median) and `worst` (the largest
        errors, largest first): `<kind>_images` and `<kind>_reconstructions`,
        float32 `(n, height, width, channels)`, images in [0, 1], and
        `<kind>_mse_per_pixel`, float32 `(n,)`; n is at most 10.
    """
    errors = errors_per_image(autoencoder, split)
    by_error = np.argsort(errors, kind="stable")
    shown = min(SHOWN, len(by_error))
    first = (len(by_error) - shown) // 2
    positions = {
        "typical": by_error[first : first + shown],
        "worst": by_error[::-1][:shown],
    }
    arrays = {}
    for kind, at in positions.items():
        originals = pixels.to_unit(split.take(at)).numpy()
        arrays[f"{kind}_images"] = originals
        arrays[f"{kind}_reconstructions"] = autoencoder.model(originals, training=False).numpy()
        arrays[f"{kind}_mse_per_pixel"] = errors[at]
    return arrays
