"""IDX files, the format that MNIST was published in: a header and bytes, gzipped or not.

The header is two zeros, the type of the values, the number of dimensions, and
the size of each dimension, four bytes, the highest first. Whether a file is
gzipped is seen from its first bytes: browsers unpack files and keep their names.
"""

import contextlib
import dataclasses
import gzip
import math
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from kerasae import archives, files
from kerasae.config import ConfigError, RunError

IMAGES, LABELS = "images", "labels"
DIMENSIONS = {IMAGES: 3, LABELS: 1}
SPLITS = {"train": "train", "test": "t10k"}  # and the published name of each
# Of all tables that are published in this format only EMNIST's have a prefix, and say `test`.
_NAME = re.compile(
    r"(?P<prefix>.*?)-?(?P<split>train|t10k|test)-(?P<what>images|labels)[-.]idx[13]-ubyte(\.gz)?"
)
_GZIP = b"\x1f\x8b"
_BYTE = 8
_TYPES = {8: "unsigned bytes", 9: "signed bytes", 11: "16-bit numbers", 12: "32-bit numbers",
          13: "32-bit fractions", 14: "64-bit fractions"}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Part:
    """The two files of one split.

    Attributes:
        images: Path of the images.
        labels: Path of their labels.
    """

    images: Path
    labels: Path

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """Images, uint8 `(n, height, width)`, and labels, uint8 `(n,)`; not to be written to.

        Raises:
            RunError: where a file is damaged, or they don't belong together.
        """
        images, labels = read(self.images, IMAGES), read(self.labels, LABELS)
        if len(images) != len(labels):
            raise RunError(
                f"{self.images} holds {len(images):,} images and {self.labels} {len(labels):,} "
                "labels: they don't belong together."
            )
        return images, labels


def published_name(split: str, what: str) -> str:
    """The name that a file was published under, without `.gz`."""
    return f"{SPLITS[split]}-{what}-idx{DIMENSIONS[what]}-ubyte"


def find(place: Path, flag: str) -> dict[str, Part]:
    """The files of a dataset by split, `train` and `test`.

    A file may be called `train-images-idx3-ubyte` or `train-images.idx3-ubyte`,
    with `.gz` or without, and those of `test` begin with `t10k` or `test`. Where
    a folder holds several datasets, as EMNIST's does, the place ends in what
    their names begin with: `gzip/emnist-letters`.

    Args:
        place: A folder, or a folder and a prefix.
        flag: What named it, as it was typed, for messages.

    Raises:
        ConfigError: where there is no such folder, a file is missing, or
            several could be meant.
    """
    is_folder = os.path.isdir(place)  # noqa: PTH112 (False also for what can be no path)
    folder, wanted = (place, None) if is_folder else (place.parent, place.name)
    found = _listed(folder, flag)
    known = ", ".join(str(folder / prefix) for prefix in found if prefix) or "none"
    if wanted is None:
        if len(found) > 1 and "" not in found:
            raise ConfigError(f"{flag} holds several datasets. Known: {known}.")
        wanted = "" if "" in found else next(iter(found), "")
    elif wanted not in found:
        raise ConfigError(
            f"{flag} must be a folder with IDX files, or a folder and what the names of its files "
            f"begin with. Known in {folder}: {known}."
        )
    return _parts(found.get(wanted, {}), wanted, flag)


def read(path: Path, what: str) -> np.ndarray:
    """The values of a file; those of one that isn't gzipped are mapped, and so fill no memory.

    Args:
        path: The file.
        what: `images` or `labels`.

    Returns:
        uint8 `(n, height, width)`, or `(n,)` of labels; not to be written to.

    Raises:
        RunError: where it is missing or damaged, holds something else, or
            unpacks to many times its size.
    """
    with _opened(path) as (file, is_gzipped):
        shape = _shape(file, path, what)
        size, start = math.prod(shape), file.tell()
        if not is_gzipped:
            _require_size(path, path.stat().st_size - start, size)
            return np.memmap(path, np.uint8, "r", start, shape)
        archives.require_bounded(path, size)
        values = file.read(size + 1)  # Beyond the end: there the checksum is compared.
        _require_size(path, len(values), size)
        return np.frombuffer(values, np.uint8).reshape(shape)


def shape(path: Path, what: str) -> tuple[int, ...]:
    """`(n, height, width)` or `(n,)` as a file's header has it.

    Raises:
        RunError: where it is missing, or no such file.
    """
    with _opened(path) as (file, _):
        return _shape(file, path, what)


def _listed(folder: Path, flag: str) -> dict[str, dict[tuple[str, str], Path]]:
    """IDX files in a folder, by prefix, then by split and what they hold."""
    found: dict[str, dict[tuple[str, str], Path]] = {}
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise ConfigError(f"{flag} must name a folder. Received: {error.strerror}.") from None
    for match in filter(None, map(_NAME.fullmatch, names)):
        split = "train" if match["split"] == "train" else "test"
        key, path = (split, match["what"]), folder / match[0]
        other = found.setdefault(match["prefix"], {}).setdefault(key, path)
        # Sorted, a file comes right before its `.gz`, which is the same and takes longer to read.
        if other != path and path.name != f"{other.name}.gz":
            raise ConfigError(
                f"{flag}: {other.name} and {path.name} could both be meant; leave one."
            )
    return found


def _parts(found: dict[tuple[str, str], Path], prefix: str, flag: str) -> dict[str, Part]:
    missing = [
        f"{prefix}-{published_name(split, what)}" if prefix else published_name(split, what)
        for split in SPLITS
        for what in DIMENSIONS
        if (split, what) not in found
    ]
    if missing:
        raise ConfigError(
            f"{flag} must hold four IDX files, gzipped or not. Missing: {', '.join(missing)}."
        )
    return {split: Part(found[split, IMAGES], found[split, LABELS]) for split in SPLITS}


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """A file to read, and whether it is gzipped; whatever is wrong with it becomes a RunError."""
    files.require_regular(path)
    try:
        with path.open("rb") as file:
            is_gzipped = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            if not is_gzipped:
                yield file, False
                return
            with gzip.open(file) as unpacked:
                yield unpacked, True
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise RunError(f"{path} is damaged: {error}.") from None
    except OSError as error:
        raise RunError(f"{path} can't be read: {error.strerror or error}.") from None


def _shape(file: BinaryIO, path: Path, what: str) -> tuple[int, ...]:
    """Reads the header; raises RunError for one of other values."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _TYPES:
        raise RunError(f"{path} is no IDX file: it begins with the bytes {start.hex(' ') or '-'}.")
    kind, dimensions = start[2], start[3]
    if kind != _BYTE or dimensions != DIMENSIONS[what]:
        raise RunError(
            f"{path} holds {_TYPES[kind]} in {dimensions} dimensions; {what} are {_TYPES[_BYTE]} "
            f"in {DIMENSIONS[what]}."
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise RunError(f"{path} is damaged: it ends in its header.")
    found = tuple(np.frombuffer(sizes, ">u4").tolist())
    if not all(found):
        raise RunError(f"{path} holds no {what}: its header has the sizes {found}.")
    return found


def _require_size(path: Path, held: int, expected: int) -> None:
    if held != expected:
        found = f"only {held:,}" if held < expected else "more"
        raise RunError(
            f"{path} is damaged: after its header, which tells of {expected:,} bytes, it has "
            f"{found}."
        )
