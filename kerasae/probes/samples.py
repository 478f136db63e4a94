"""One image of each class, to look at: the first of the split."""

import numpy as np

from kerasae.data import pixels
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.published.experiment import PLAIN, Display

IMAGES_WITHOUT_LABELS = 2


def compute(
    autoencoder: Autoencoder, split: Split, seed: int, display: Display = PLAIN
) -> dict[str, np.ndarray]:
    """Takes the first image of each class; without any label, the first two images.

    Returns:
        `images`, float32 `(n, height, width, channels)` in [0, 1], in the order
        of the classes' numbers; `names`, strings `(n,)`: the class, or
        `image 1`, `image 2` without labels.
    """
    labelled = split.labelled()
    if labelled.num_images:
        numbers, positions = np.unique(labelled.labels, return_index=True)
        images, found = labelled.take(positions), [split.class_names[n] for n in numbers]
    else:
        positions = np.arange(min(IMAGES_WITHOUT_LABELS, split.num_images))
        images, found = split.take(positions), [f"image {at + 1}" for at in positions]
    return {"images": pixels.to_unit(images).numpy(), "names": np.array(found)}


def find_class(samples: dict[str, np.ndarray], name: str | None) -> int | None:
    """Index of the class's image in what `compute` returned; None where there is none."""
    found = np.flatnonzero(samples["names"] == name)
    return int(found[0]) if len(found) else None
