"""IDX files in a folder: MNIST, Fashion-MNIST, KMNIST and EMNIST as they were published."""

from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.data import idx
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.file_rows import FileRows

ARGUMENT = "FOLDER"
VERSIONED = False
FEATURES = False
HELP = (
    "the four IDX files that MNIST and its like are published in, gzipped or not "
    "(train-images-idx3-ubyte, …)"
)


def open_source(name: DatasetName, config: DataConfig) -> ArraySource:
    """Opens a folder of IDX files.

    Args:
        name: Its argument is the folder, or the folder and what the names of the files
            begin with, where it holds several datasets, see `idx.find`.
        config: Not used.

    Raises:
        ConfigError: where there is no such folder, or a file is missing.
        RunError: where a file is damaged.
    """
    parts = _parts(name)
    held = {split: part.read() for split, part in parts.items()}
    images = {
        split: FileRows.of_map(found) if isinstance(found, np.memmap) else found
        for split, (found, _) in held.items()
    }
    return ArraySource(
        str(name),
        images["train"],
        held["train"][1],
        test_images=images["test"],
        test_labels=held["test"][1],
        licence="not stated by IDX files",
    )


def check(name: DatasetName, config: DataConfig) -> tuple[int, int]:
    """`(height, width)` as the header of the training images has it.

    Raises:
        ConfigError: where there is no such folder, or a file is missing.
        RunError: where the file is damaged.
    """
    parts = _parts(name)
    _, height, width = idx.shape(parts["train"].images, idx.IMAGES)
    return height, width


def _parts(name: DatasetName) -> dict[str, idx.Part]:
    return idx.find(Path(files.expand_user(name.argument)), f"--dataset={name}")
