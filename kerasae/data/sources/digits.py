"""The embedded default: scikit-learn's `load_digits`, 1,797 real digits of 8x8.

They are the test part of the UCI "Optical Recognition of Handwritten Digits"
data set, bitmaps of 43 writers, and come with scikit-learn, so nothing is
downloaded. The data has no split of its own: a fifth of each class is held out
for testing, the same images always.
"""

import numpy as np

from kerasae.data import content
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName

ARGUMENT = None
VERSIONED = False
FEATURES = False
HELP = "1,797 real handwritten digits that come with scikit-learn, without any download"
TEST_SHARE = 0.2
SPLIT_SEED = 0
DEFAULT_SIZE = (28, 28)


def open_source(name: DatasetName, config: DataConfig) -> ArraySource:
    """Opens the digits; the arguments make no difference to an embedded dataset."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    # 17 grey levels, 0 to 16, spread over the range of uint8.
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., np.newaxis]
    labels = bunch.target.astype(np.int64)
    train, test = (
        np.sort(positions)
        for positions in train_test_split(
            np.arange(len(images)),
            test_size=TEST_SHARE,
            stratify=labels,
            random_state=SPLIT_SEED,
        )
    )
    return ArraySource(
        "digits",
        images[train],
        labels[train],
        tuple(str(name) for name in bunch.target_names),
        images[test],
        labels[test],
        licence="CC BY 4.0",
        citation=(
            "E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. "
            "UCI Machine Learning Repository, doi:10.24432/C50P49; as in scikit-learn."
        ),
        default_image_size=DEFAULT_SIZE,
        # Of the whole and its division, as runs have recorded it.
        content_digest=content.digest(
            {"train": train.tolist(), "test": test.tolist()}, (images.data, labels.data)
        ),
    )


def check(name: DatasetName, config: DataConfig) -> tuple[int, int]:
    """The size that the digits are brought to where none is asked for."""
    return DEFAULT_SIZE
