"""A CSV table of images: a path and a label in each row, or a label and pixels."""

import logging
from pathlib import Path
from typing import Any

from kerasae import wording
from kerasae.config import ConfigError
from kerasae.data import csv_layout, path_table, picture_source, pixel_table
from kerasae.data.array_source import ArraySource
from kerasae.data.config import DataConfig
from kerasae.data.csv_layout import Layout
from kerasae.data.dataset_name import DatasetName
from kerasae.data.picture_source import PictureSource

logger = logging.getLogger(__name__)

ARGUMENT = "FILE"
VERSIONED = False
FEATURES = False
HELP = (
    "a table with a path and a label in each row, or a label and pixels from 0 to 255 (785 columns "
    "for 28x28); …train….csv has its test part in …test….csv beside it"
)


def open_source(name: DatasetName, config: DataConfig) -> PictureSource | ArraySource:
    """Opens a table.

    Args:
        name: Its argument is the file.
        config: Of it `skip_broken` and `background`, where the table names pictures; pixels
            beyond its memory budget are written into a file.

    Raises:
        ConfigError: where it isn't there, or a row isn't as it should be, with its line.
        RunError: where it can't be read, or a picture is broken and none are to be skipped.
    """
    tables, layouts = _tables(name)
    if layouts[0].path is not None:
        return PictureSource(str(name), path_table.read(tables, layouts), config)
    return _pixels(name, tables, layouts, config.memory_budget_mb * 2**20)


def check(name: DatasetName, config: DataConfig) -> tuple[int, int] | None:
    """Refuses what `open_source` would, without TensorFlow; of pixels the first rows alone."""
    tables, layouts = _tables(name)
    if layouts[0].path is not None:
        return picture_source.check(str(name), path_table.read(tables, layouts), config)
    for table, layout in zip(tables.values(), layouts, strict=True):
        pixel_table.check(table, layout)
    return layouts[0].image_shape[:2]


def has_single_files(name: DatasetName) -> bool:
    """Where the table names pictures."""
    _, layouts = _tables(name)
    return layouts[0].path is not None


def _tables(name: DatasetName) -> tuple[dict[str, Path], list[Layout]]:
    """The table and the one of test images beside it, with what their columns are."""
    path = Path(name.argument)
    if not path.is_file():
        what = "is no file" if path.exists() else "isn't there"
        raise ConfigError(f"--dataset={wording.one_line(str(name))}: the file {what}.")
    beside = csv_layout.table_beside(path)
    tables = {"train": path} | ({"test": beside} if beside else {})
    layouts = [csv_layout.find(table) for table in tables.values()]
    kinds = [(layout.path is None, layout.label is None, layout.image_shape) for layout in layouts]
    if len(set(kinds)) > 1:
        raise ConfigError(
            f"{wording.one_line(str(path))} and {wording.one_line(beside.name)} beside it, its "
            "test part by its name, must have columns for the same."
        )
    return tables, layouts


def _pixels(
    name: DatasetName, tables: dict[str, Path], layouts: list[Layout], budget: int
) -> ArraySource:
    """A source of the images that the rows are."""
    found = [
        pixel_table.read(table, layout, budget)
        for table, layout in zip(tables.values(), layouts, strict=True)
    ]
    images, labels = found[0]
    logger.info(
        "%s: %s pixels of %dx%d in each row", wording.one_line(str(name)),
        "no label and" if layouts[0].label is None
        else f"the label in column {layouts[0].label + 1} and",
        *layouts[0].image_shape[:2],
    )  # fmt: skip
    test: dict[str, Any] = {}
    if len(found) > 1:
        test = {"test_images": found[1][0], "test_labels": found[1][1]}
    return ArraySource(str(name), images, labels, **test)
