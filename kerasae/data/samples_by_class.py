"""The first images of each class, collected while a dataset is read."""

from collections.abc import Sequence

import numpy as np

from kerasae.data import pixels
from kerasae.data.spec import UNLABELLED

MAX_CLASSES = 30
MANY, FEW = 60, 12  # Images without a label: in a dataset that has none, and beside classes.
MAX_SIDE = 128  # pixels


class SamplesByClass:
    """A few images of each class, in the order in which they came.

    Args:
        classes: Numbers of the classes, ascending; empty for a dataset without labels.
    """

    def __init__(self, classes: Sequence[int]):
        kept = [*classes][:MAX_CLASSES]
        self._room = dict.fromkeys(kept, FEW) | {UNLABELLED: FEW if kept else MANY}
        self.images: dict[int, list[np.ndarray]] = {label: [] for label in self._room}

    def add(self, images: np.ndarray, labels: np.ndarray) -> None:
        """Keeps those that there is room for.

        Args:
            images: uint8 `(n, height, width, channels)`; larger ones are made smaller.
            labels: int64 `(n,)`, -1 for an image without one.
        """
        for at in np.flatnonzero(np.isin(labels, list(self._room))):
            label = int(labels[at])
            if label not in self._room:  # The images before it took the last room.
                continue
            self.images[label].append(_small(images[at]))
            if len(self.images[label]) == self._room[label]:
                del self._room[label]


def _small(image: np.ndarray) -> np.ndarray:
    """A copy of an image, of at most `MAX_SIDE` pixels a side, in its proportions."""
    largest = max(image.shape[:2])
    if largest <= MAX_SIDE:
        return image.copy()
    size = tuple(max(1, round(side * MAX_SIDE / largest)) for side in image.shape[:2])
    return pixels.resize(image, size).numpy()
