"""Decoded images in a file of the cache folder, for those that don't fit into memory.

A file is known by what is in it: the images' content and everything that was done to them. Its
room is reserved before the first image is decoded, and it is never mapped into memory: a map of a
file with holes dies of a signal where the disk is full.
"""

import contextlib
import dataclasses
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import filelock
import numpy as np

from kerasae import files, folder_lock, records
from kerasae.config import ConfigError, RunError
from kerasae.data.cache_folder import WORDS, cache_folder
from kerasae.data.file_rows import FileRows

logger = logging.getLogger(__name__)
FOLDER = "decoded"
IMAGES, FACTS = "images.bin", "facts.json"
WITHOUT = "--disk_budget_mb=0 decodes them anew in every epoch."
# Of another version, what is in the cache is made anew.
_VERSION = 1


@dataclasses.dataclass(frozen=True)
class DecodedFacts:
    """What `facts.json` says of the file beside it.

    Attributes:
        origin: What the images are, and what was done to them.
        checksum: SHA-256 of the file: the images, uint8, and their labels, int64.
    """

    origin: dict[str, Any]
    checksum: str


class DecodedFile:
    """An open file of `count` images; it can be read on after it was deleted.

    Attributes:
        images: uint8 `(count, height, width, channels)`.
        labels: int64 `(count,)`.
    """

    def __init__(self, path: Path, count: int, shape: tuple[int, int, int]):
        file = path.open("rb", buffering=0)
        self.images = FileRows(file, 0, (count, *shape), path)
        self.labels = np.fromfile(path, "<i8", count, offset=self.images.size).astype(np.int64)


def open_file(
    origin: dict[str, Any],
    count: int,
    shape: tuple[int, int, int],
    budget_bytes: int,
    decoded: Callable[[], Iterable[tuple[np.ndarray, np.ndarray]]],
) -> DecodedFile:
    """The file of these images; written where it isn't there or isn't what it was.

    Args:
        origin: What decides every byte of the images and labels, ready for JSON; of the
            dataset's name, `dataset`, nothing depends.
        count: Number of images.
        shape: Of an image, `(height, width, channels)`.
        budget_bytes: All files of the folder together may be so large.
        decoded: Yields the images in batches, uint8, with their labels, int64.

    Raises:
        ConfigError: where there is no folder for it.
        RunError: where there is no room for it, or it can't be written.
    """
    top = cache_folder()
    if top is None:
        raise ConfigError(f"There is no folder for decoded images ({WORDS}). {WITHOUT}")
    decisive = {name: value for name, value in origin.items() if name != "dataset"}
    key = records.digest({"version": _VERSION, "shape": shape, "count": count, **decisive})[:32]
    entry = top / FOLDER / key
    try:
        with _locked(entry):
            if not _is_sound(entry):
                size = count * (int(np.prod(shape)) + 8)
                _make_room(top / FOLDER, entry, budget_bytes - size)
                _write(entry, origin, size, decoded())
                logger.info(
                    "decoded images of %s MiB are kept in %s; it may be deleted at any time",
                    f"{size / 2**20:,.0f}", entry,
                )  # fmt: skip
            os.utime(entry)
            return DecodedFile(entry / IMAGES, count, shape)
    except OSError as error:
        reason = error.strerror or error
        raise RunError(f"{entry} can't be written or read: {reason}. {WITHOUT}") from None


@contextlib.contextmanager
def _locked(entry: Path) -> Iterator[None]:
    """Holds the lock of one file's folder; who wants the same images waits for them."""
    lock = folder_lock.acquire(entry, waiting=f"waiting for another process that decodes {entry}")
    try:
        yield
    finally:
        folder_lock.release(lock, entry)


def _is_sound(entry: Path) -> bool:
    """Whether a file is there and its bytes are those that were written."""
    if not (entry / FACTS).exists():
        return False
    try:
        if records.read(entry / FACTS, DecodedFacts).checksum == files.checksum(entry / IMAGES):
            return True
        logger.warning("%s was changed since it was written; it is made anew.", entry / IMAGES)
    except (RunError, OSError) as error:
        logger.warning("%s is made anew: %s", entry / IMAGES, error)
    return False


def _make_room(top: Path, entry: Path, left: int) -> None:
    """Deletes the least used files until the others have `left` bytes at most.

    One that another process is writing stays.
    """
    others = [folder for folder in top.iterdir() if folder.is_dir() and folder != entry]
    sizes = {folder: _size(folder) for folder in others}
    for folder in sorted(others, key=lambda one: one.stat().st_mtime):
        if sum(sizes.values()) <= left:
            return
        with contextlib.suppress(filelock.Timeout, OSError):
            lock = folder_lock.acquire(folder)
            try:
                shutil.rmtree(folder, ignore_errors=True)
                sizes.pop(folder)
                logger.info("%s was deleted to make room (--disk_budget_mb)", folder)
            finally:
                folder_lock.release(lock, folder)


def _size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.lstat().st_size
    return total


def _write(entry: Path, origin: dict[str, Any], size: int, decoded: Iterable) -> None:
    """Writes images, labels, and then what vouches for them."""
    (entry / FACTS).unlink(missing_ok=True)
    made, every_label = hashlib.sha256(), []
    with files.atomic_path(entry / IMAGES) as new, new.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)
        for images, labels in decoded:
            part = np.ascontiguousarray(images).data
            made.update(part)
            file.write(part)
            every_label.append(labels)
        part = np.concatenate(every_label).astype("<i8").tobytes()
        made.update(part)
        file.write(part)
        if file.tell() != size:
            raise RunError(f"{entry} was to hold {size:,} bytes and holds {file.tell():,}.")
    records.write(entry / FACTS, DecodedFacts(origin, made.hexdigest()))
