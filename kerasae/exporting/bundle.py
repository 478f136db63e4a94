"""Version folders, `saved_models/<name>/<N>/`: published whole or not at all, never changed."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from kerasae import files, folder_lock
from kerasae.config import ConfigError, require

MANIFEST, CARD, GOLDEN, SUMS = "manifest.json", "MODEL_CARD.md", "golden.npz", "SHA256SUMS"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def check_place(out: Path, name: str | None) -> Path:
    """The folder of a model's versions.

    Raises:
        ConfigError: for a name that isn't one, or that would lead elsewhere.
    """
    require(
        bool(name and _NAME.fullmatch(name)),
        "--name must be letters, digits, '_', '-' and '.', without any part of a path.",
        name=name,
    )
    require(not out.exists() or out.is_dir(), "--out must be a folder.", out=out)
    folder = out / name
    require(
        not folder.is_symlink() and (not folder.exists() or folder.is_dir()),
        "--name must stand for a folder of --out, not for a file or a link.",
        name=name,
        out=out,
    )
    return folder


def versions(folder: Path) -> list[int]:
    """The numbers that are taken, sorted."""
    if not folder.exists():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


@contextlib.contextmanager
def new_version(folder: Path) -> Iterator[Path]:
    """An empty folder that becomes the next version when the block ends well.

    One export of a name goes on at a time, the next one waits: so each gets a
    number of its own, and what is half done when the lock is free belongs to a
    process that was killed.

    Args:
        folder: Of the model's versions.

    Yields:
        A folder with the version's number as its name, beside the versions.

    Raises:
        ConfigError: where it can't be written.
    """
    try:
        lock = folder_lock.acquire(folder, f"waiting for another export to {folder}")
    except OSError as error:
        raise ConfigError(f"{folder} can't be written: {error.strerror or error}.") from None
    try:
        with files.scratch(folder) as scratch:
            new = scratch / str(max(versions(folder), default=0) + 1)
            new.mkdir()
            yield new
            for path in (*new.rglob("*"), new):
                _sync(path)
            new.rename(folder / new.name)
            _sync(folder)
    finally:
        # Refused before there was a first version, it leaves nothing.
        folder_lock.release(lock, folder)


def _sync(path: Path) -> None:
    """Brings a file's content or a folder's names to the disk: a version survives a crash whole."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
