"""Tables of images in CSV files: what their columns are."""

import csv
import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path

from kerasae import wording
from kerasae.config import ConfigError, RunError
from kerasae.data.pictures import SUFFIXES
from kerasae.wording import shortened

PATHS = ("path", "file", "filename", "file_name", "image", "image_path", "img")
LABELS = ("label", "class", "target", "y")
CHANNELS = (1, 3)
# More columns are pixels, whatever is in them.
MOST_FOR_PATHS = 64


@dataclasses.dataclass(frozen=True)
class Layout:
    """What the columns of a table are.

    Attributes:
        heading: Whether its first row names them.
        columns: How many.
        label: Column of the labels, counted from 0; None where there is none.
        path: Column of the paths; None where the columns are pixels.
        image_shape: `(height, width, channels)` of images of pixels; None for paths.
    """

    heading: bool
    columns: int
    label: int | None
    path: int | None
    image_shape: tuple[int, int, int] | None


def find(path: Path) -> Layout:
    """Finds out by the first two rows what a table holds.

    Raises:
        ConfigError: where it is no such table.
        RunError: where it can't be read.
    """
    head = []
    for _, row in rows(path):
        head.append(row)
        if len(head) == 2:
            break
    if not head:
        raise ConfigError(f"{shown(path)} is empty: a table of images was expected.")
    first, last = head[0], head[-1]
    if len(first) > MOST_FOR_PATHS or (len(first) > 2 and all(map(_is_number, last[1:]))):
        return _of_pixels(path, first)
    return _of_paths(path, first, last)


def _of_pixels(path: Path, first: list[str]) -> Layout:
    named, columns = _column(first, LABELS), len(first)
    heading = named is not None or not any(map(_is_number, first))
    for label in (named,) if named is not None else (0, None):
        shape = _image_shape(columns - (label is not None))
        if shape:
            return Layout(heading, columns, label, None, shape)
    raise ConfigError(
        f"{shown(path)} has rows of {columns:,} cells: a label and pixels must be one more than a "
        "square of pixels, such as 785 for 28x28, or than three times one for RGB."
    )


def _of_paths(path: Path, first: list[str], last: list[str]) -> Layout:
    named, label = _column(first, PATHS), _column(first, LABELS)
    if any(map(_is_picture, first)):  # Its words are no names of columns, but of classes.
        named = label = None
    heading = named is not None or label is not None
    heading = heading or (any(map(_is_picture, last)) and not any(map(_is_picture, first)))
    if named is None and len(first) > 2:
        raise ConfigError(
            f"{shown(path)} must have a path and a label in each row, or a label and pixels. Of "
            f"more columns those count that are named {' or '.join(PATHS[:3])}, and "
            f"{' or '.join(LABELS[:3])}. Received: {shortened(wording.one_line(','.join(first)))}."
        )
    if named is None:
        named = 1 if label == 0 and len(first) == 2 else 0
    if label is None and len(first) == 2:
        label = 1 - named
    return Layout(heading, len(first), label, named, None)


def _is_picture(cell: str) -> bool:
    return cell.strip().lower().endswith(SUFFIXES)


def _image_shape(pixels: int) -> tuple[int, int, int] | None:
    """Shape of a square image of so many numbers; None where there is none."""
    for channels in CHANNELS:
        side = math.isqrt(pixels // channels)
        if side > 0 and side * side * channels == pixels:
            return side, side, channels
    return None


def _column(heading: list[str], known: tuple[str, ...]) -> int | None:
    """The column that has one of these names, in their order."""
    names = [name.strip().lower() for name in heading]
    return next((names.index(name) for name in known if name in names), None)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of a table, empty ones left out, each with the number of its last line, from 1.

    Raises:
        RunError: where it can't be read, or a row is broken.
    """
    reader = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                if row:
                    yield reader.line_num, row
    except csv.Error as error:
        raise RunError(f"{shown(path)} is damaged: line {reader.line_num}: {error}.") from None
    except UnicodeDecodeError as error:
        raise RunError(f"{shown(path)} is no UTF-8 text: {error.reason}.") from None
    except OSError as error:
        raise RunError(f"{shown(path)} can't be read: {error.strerror or error}.") from None


def table_beside(path: Path) -> Path | None:
    """The table of test images beside one of training images: `mnist_test.csv`; None without."""
    before, train, after = path.name.rpartition("train")
    other = path.with_name(f"{before}test{after}") if train else path
    return other if train and other.is_file() else None


def shown(path: Path) -> str:
    """A path for a message."""
    return wording.one_line(str(path))
