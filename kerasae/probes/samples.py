"""One image of each class, to look at: the first of the split."""

import numpy as np

from kerasae.data import pixels
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

UNLABELLED = 2


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Takes the first image of each class; without labels, the first two images.

    Args:
        autoencoder: Not used.
        split: Images, usually the test split.
        seed: Not used; nothing is random.
        display: Not used.

    Returns:
        `images`, float32 `(n, height, width, channels)` in [0, 1], in the order
        of the classes' numbers; `names`, strings `(n,)`: the class, or
        `image 1`, `image 2` without labels.
    """
    if split.labels is None:
        positions = np.arange(min(UNLABELLED, split.num_images))
        found = [f"image {position + 1}" for position in positions]
    else:
        numbers, positions = np.unique(split.labels, return_index=True)
        found = [split.class_names[number] for number in numbers]
    return {"images": pixels.to_unit(split.take(positions)).numpy(), "names": np.array(found)}


def find_class(samples: dict[str, np.ndarray], name: str | None) -> int | None:
    """Index of the class's image in what `compute` returned; None where there is none."""
    found = np.flatnonzero(samples["names"] == name)
    return int(found[0]) if len(found) else None
