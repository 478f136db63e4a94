"""Pictures in a folder: one folder for each class, or all in one, without labels."""

from pathlib import Path

from kerasae.data import class_folders, picture_source
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.picture_source import PictureSource

ARGUMENT = "FOLDER"
VERSIONED = False
FEATURES = False
HELP = (
    "PNG, JPEG, BMP and GIF files in a folder for each class, below train and test where these "
    "are there; without class folders, images without labels"
)


def open_source(name: DatasetName, config: DataConfig) -> PictureSource:
    """Opens a folder of pictures.

    Args:
        name: Its argument is the folder.
        config: Of it `skip_broken` and `background`.

    Raises:
        ConfigError: where it isn't there, or holds no pictures in such an order.
        RunError: where a file is broken and none are to be skipped.
    """
    return PictureSource(str(name), class_folders.find(Path(name.argument), str(name)), config)


def check(name: DatasetName, config: DataConfig) -> tuple[int, int] | None:
    """Refuses what `open_source` would, without TensorFlow."""
    found = class_folders.find(Path(name.argument), str(name))
    return picture_source.check(str(name), found, config)


def has_single_files(name: DatasetName) -> bool:
    """Every picture is one."""
    return True
