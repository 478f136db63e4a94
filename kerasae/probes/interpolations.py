"""Images along straight lines between the codes of test images of different classes."""

import numpy as np

from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.probes import samples
from kerasae.published.experiment import PLAIN, Display

STEPS = 9
MAX_PAIRS = 10


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Decodes the way from the code of each class's first image to that of the next class's.

    Returns:
        `images`, float32 `(n, 9, height, width, channels)`, in the range of the
        output activation, with both ends; `ends`, float32 `(n, 2, height, width,
        channels)` in [0, 1]: the images themselves; `names`, strings `(n, 2)`:
        their classes, see the probe `samples`. n is at most 10, and 0 where
        there is one image only.
    """
    found = samples.compute(autoencoder, split, seed, display)
    images, names = found["images"], found["names"]
    count = min(len(images) if len(images) > 2 else len(images) - 1, MAX_PAIRS)
    first = np.arange(count)
    second = (first + 1) % len(images)  # The last class leads back to the first.
    codes = autoencoder.encoder(images, training=False).numpy().astype(np.float32)
    share = np.linspace(0, 1, STEPS, dtype=np.float32)[:, np.newaxis]
    way = (1 - share) * codes[first, np.newaxis] + share * codes[second, np.newaxis]
    way = way.reshape(-1, codes.shape[1])
    decoded = autoencoder.decoder(way, training=False) if count else images[:0]
    return {
        "images": np.asarray(decoded, np.float32).reshape(count, STEPS, *images.shape[1:]),
        "ends": np.stack([images[first], images[second]], axis=1),
        "names": np.stack([names[first], names[second]], axis=1),
    }
