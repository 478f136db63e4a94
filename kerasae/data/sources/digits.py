"""The embedded default: scikit-learn's `load_digits`, 1,797 real digits of 8x8.

They are the test part of the UCI "Optical Recognition of Handwritten Digits"
data set, bitmaps of 43 writers, and come with scikit-learn, so nothing is
downloaded. The data has no split of its own: a fifth of each class is held out
for testing, the same images always.
"""

import numpy as np

from kerasae.config import DataConfig
from kerasae.data import content
from kerasae.data.dataset_name import DatasetName
from kerasae.data.spec import DatasetSpec

ARGUMENT = None
VERSIONED = False
FEATURES = False
HELP = "1,797 real handwritten digits that come with scikit-learn, without any download"
TEST_SHARE = 0.2
SPLIT_SEED = 0
DEFAULT_SIZE = (28, 28)


class Digits:
    """The digits as a `Source`."""

    def __init__(self):
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split

        bunch = load_digits()
        # 17 grey levels, 0 to 16, spread over the range of uint8.
        images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., np.newaxis]
        train, test = train_test_split(
            np.arange(len(images)),
            test_size=TEST_SHARE,
            stratify=bunch.target,
            random_state=SPLIT_SEED,
        )
        self._images, self._labels = images, bunch.target.astype(np.int64)
        self._positions = {"train": np.sort(train), "test": np.sort(test)}
        self.spec = DatasetSpec(
            name="digits",
            image_shape=(8, 8, 1),
            classes=tuple(str(name) for name in bunch.target_names),
            splits={split: split for split in self._positions},
            sizes={split: len(positions) for split, positions in self._positions.items()},
            default_image_size=DEFAULT_SIZE,
            licence="CC BY 4.0",
            citation=(
                "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. "
                "UCI Machine Learning Repository, doi:10.24432/C50P49; as in scikit-learn."
            ),
            content=content.digest(
                {split: positions.tolist() for split, positions in self._positions.items()},
                (images.data, self._labels.data),
            ),
        )

    def records(self, split, positions):
        import tensorflow as tf

        wanted = self._positions[split][positions]
        return tf.data.Dataset.from_tensor_slices((self._images[wanted], self._labels[wanted]))

    def decode(self, stored):
        return stored

    def find_damage(self):
        return None


def open_source(name: DatasetName, config: DataConfig) -> Digits:
    """Opens the digits; the arguments make no difference to an embedded dataset."""
    return Digits()


def image_size(name: DatasetName, data_dir: str | None) -> tuple[int, int]:
    """The size that the digits are brought to where none is asked for."""
    return DEFAULT_SIZE
