"""Images as rows of a CSV table: a label and pixels, as MNIST is passed around."""

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kerasae.config import ConfigError, RunError
from kerasae.data.csv_layout import Layout, shown
from kerasae.data.file_rows import FileRows, scratch_file
from kerasae.wording import shortened

# Rows that are parsed at once.
TOGETHER = 2_000


def read(
    path: Path, layout: Layout, budget: int
) -> tuple[np.ndarray | FileRows, np.ndarray | None]:
    """Every row of a table.

    Args:
        path: The table.
        layout: What its columns are.
        budget: More bytes of images lie in a file without a name, as `FileRows`.

    Returns:
        uint8 `(n, height, width, channels)`, and int64 labels `(n,)` or None.

    Raises:
        ConfigError: for a row that is none, with its line.
        RunError: where it can't be read.
    """
    pixels, labels = bytearray(), [np.array([], np.int64)]
    blocks = _pixels(path, layout, labels)
    for block in blocks:
        pixels += block
        if len(pixels) > budget:
            return _in_a_file(path, layout, pixels, blocks), _joined(layout, labels)
    if not pixels:
        raise ConfigError(f"{shown(path)} holds no image.")
    images = np.frombuffer(pixels, np.uint8).reshape(-1, *layout.image_shape)
    return images, _joined(layout, labels)


def _pixels(path: Path, layout: Layout, labels: list[np.ndarray]) -> Iterator[bytes]:
    """Pixels of some thousand rows at a time; their labels are added to a list."""
    for numbers in _blocks(path, layout):
        if layout.label is not None:
            labels.append(numbers[:, layout.label])
            numbers = np.delete(numbers, layout.label, axis=1)
        yield numbers.astype(np.uint8).tobytes()


def _joined(layout: Layout, labels: list[np.ndarray]) -> np.ndarray | None:
    return None if layout.label is None else np.concatenate(labels)


def _in_a_file(path: Path, layout: Layout, begun: bytes, others: Iterator[bytes]) -> FileRows:
    """Images in a file, of the pixels that were read already and of all that follow."""
    with scratch_file(shown(path)) as file:
        file.write(begun)
        for block in others:
            file.write(block)
        file.flush()
        shape = layout.image_shape
        return FileRows(file, 0, (file.tell() // math.prod(shape), *shape), shown(path))


def check(path: Path, layout: Layout) -> None:
    """Refuses a table whose first rows aren't as they should be; raises as `read`."""
    next(_blocks(path, layout), None)


def _blocks(path: Path, layout: Layout) -> Iterator[np.ndarray]:
    """Rows as int64, some thousands at a time, each checked."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            line = 1
            if layout.heading:
                next(file)
                line += 1
            while lines := list(itertools.islice(file, TOGETHER)):
                numbers = _parsed(lines, layout)
                if numbers is None:
                    _refuse(path, layout, line, lines)
                    numbers = _parsed([text for text in lines if text.strip()], layout)
                if numbers is None:
                    raise ConfigError(
                        f"{shown(path)}: lines {line:,} to {line + len(lines) - 1:,} hold a row "
                        "that is none."
                    )
                yield numbers
                line += len(lines)
    except UnicodeDecodeError as error:
        raise RunError(f"{shown(path)} is no UTF-8 text: {error.reason}.") from None
    except OSError as error:
        raise RunError(f"{shown(path)} can't be read: {error.strerror or error}.") from None


def _parsed(lines: list[str], layout: Layout) -> np.ndarray | None:
    """Rows of whole numbers; None where one isn't as it should be."""
    if not any(map(str.strip, lines)):
        return np.empty((0, layout.columns), np.int64)
    try:
        numbers = np.loadtxt(lines, np.int64, comments=None, delimiter=",", quotechar='"', ndmin=2)
    except (ValueError, OverflowError):
        return None
    if numbers.shape[1] != layout.columns:
        return None
    pixels = numbers if layout.label is None else np.delete(numbers, layout.label, axis=1)
    return numbers if pixels.min() >= 0 and pixels.max() <= 255 else None


def _refuse(path: Path, layout: Layout, first: int, lines: list[str]) -> None:
    """Raises ConfigError for the first line that is no row, with what is wrong with it."""
    for number, line in enumerate(lines, first):
        cells = [cell.strip().strip('"') for cell in line.rstrip("\r\n").split(",")]
        if not line.strip():
            continue
        if len(cells) != layout.columns:
            raise ConfigError(
                f"{shown(path)}: line {number:,} has {len(cells):,} cells, and the first row has "
                f"{layout.columns:,}."
            )
        for column, cell in enumerate(cells):
            is_label = column == layout.label
            if not _is_right(cell, is_label):
                what = "label must be a whole number" if is_label else "pixel must be 0 to 255"
                raise ConfigError(
                    f"{shown(path)}: line {number:,}, column {column + 1:,}: a {what}. "
                    f"Received: {shortened(repr(cell), 60)}."
                )


def _is_right(cell: str, is_label: bool) -> bool:
    """Whether a cell is a label, or a pixel."""
    try:
        number = int(cell)
    except ValueError:
        return False
    return is_label or 0 <= number <= 255
