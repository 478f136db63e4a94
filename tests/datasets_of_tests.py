"""Datasets that many tests read: small ones that are made here, and the real MNIST."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of prepared TFDS datasets with the real MNIST; the test is skipped without."""
    folders = [os.environ.get("TFDS_DATA_DIR"), ROOT.parent / "shared" / "tensorflow_datasets"]
    for folder in filter(None, folders):
        if (Path(folder) / "mnist").is_dir():
            return Path(folder).resolve()
    pytest.skip("real MNIST is prepared neither in $TFDS_DATA_DIR nor beside the repository")


@pytest.fixture(scope="session")
def fake_datasets(tmp_path_factory, fake_image) -> Path:
    """A folder of small TFDS datasets, prepared as TFDS does, whose code is then forgotten.

    Examples are numbered from 0 in train and from 1000 in test; each split lies in two files.

    | name | images | labels | splits |
    |---|---|---|---|
    | `fake_labelled` | RGB, 10x12 | cat, dog, unicorn (none of them) | train 30, test 7 |
    | `fake_unlabelled` | gray, 9x9 | none | train 20 |
    | `fake_varying` | RGB, 8x8 to 12x11 | none | train 10, test 5 |
    | `fake_text` | none at all | | train 3 |
    """
    import small_datasets
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("tensorflow_datasets")

    def prepare(name, features, sizes, example):
        """Writes one dataset of numbered examples."""
        splits = {
            split: [example(number + (0 if split == "train" else 1000)) for number in range(size)]
            for split, size in sizes.items()
        }
        small_datasets.write(folder, name, features, splits, citation="nobody")

    prepare(
        "fake_labelled",
        {
            "image": tfds.features.Image(shape=(10, 12, 3)),
            "label": tfds.features.ClassLabel(names=["cat", "dog", "unicorn"]),
        },
        {"train": 30, "test": 7},
        lambda number: {"image": fake_image(number, 10, 12, 3), "label": number % 2},
    )
    prepare(
        "fake_unlabelled",
        {"image": tfds.features.Image(shape=(9, 9, 1))},
        {"train": 20},
        lambda number: {"image": fake_image(number, 9, 9, 1)},
    )
    prepare(
        "fake_varying",
        {"image": tfds.features.Image(shape=(None, None, 3))},
        {"train": 10, "test": 5},
        lambda number: {"image": fake_image(number, 8 + number % 5, 8 + number % 4, 3)},
    )
    prepare("fake_text", {"text": tfds.features.Text()}, {"train": 3}, lambda n: {"text": str(n)})
    return folder


@pytest.fixture(scope="session")
def own_images_folder(made_once) -> Path:
    """Digits as a user's own images, see `own_images.write_all`. Read only."""
    import own_images

    return made_once("own_images", own_images.write_all)


@pytest.fixture(scope="session")
def odd_datasets(tmp_path_factory) -> Path:
    """A folder of datasets with labels that are not as one would wish, see `odd_datasets.py`."""
    import odd_datasets

    folder = tmp_path_factory.mktemp("odd_datasets")
    odd_datasets.write_all(folder)
    return folder


@pytest.fixture(scope="session")
def fake_image():
    """The image that `fake_datasets` made for an example's number."""
    import numpy as np

    def image(number, height, width, channels):
        draw = np.random.default_rng(number)
        return draw.integers(0, 256, (height, width, channels), np.uint8)

    return image
