"""Files that are written whole or not at all, and JSON in them."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import msgspec

from kerasae import folder_lock
from kerasae.config import ConfigError, RunError, require
from kerasae.wording import shortened

# Beginning of the name of what is being written; a killed process leaves it behind.
SCRATCH = ".partial-"
# In there, what a new folder takes the place of.
OLD = ".old"
MAX_TEXT_BYTES = 2**28


@contextlib.contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A new folder inside another one, for what is being written; gone when the block ends.

    Its writer holds a lock in it. So what a killed process left behind is known
    from what is being written, and whoever writes in the same place next sweeps it.

    Args:
        folder: Made where it isn't there.

    Raises:
        RunError: where it lies in a folder that was removed while this process wrote it.
        OSError: where it can't be written.
    """
    folder_lock.require_still_there(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    made, lock = _locked_scratch(folder)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        lock.release()


def _locked_scratch(folder: Path) -> tuple[Path, filelock.FileLock]:
    """A new folder and its lock, held; another one where somebody swept it before it was locked."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=folder))
        lock = filelock.FileLock(made / folder_lock.LOCK)
        with contextlib.suppress(filelock.Timeout, FileNotFoundError):
            lock.acquire(timeout=0)
            if made.is_dir():
                return made, lock


def sweep(folder: Path, deep: bool = False) -> None:
    """Removes what killed processes were writing in a folder, and puts back what they moved.

    Args:
        folder: The folder.
        deep: Whether folders below are swept, too.
    """
    for leftover in (folder.rglob if deep else folder.glob)(f"{SCRATCH}*"):
        if leftover.is_symlink() or not leftover.is_dir():
            continue
        lock = filelock.FileLock(leftover / folder_lock.LOCK)
        with contextlib.suppress(filelock.Timeout, OSError):
            lock.acquire(timeout=0)
            try:
                for moved in (leftover / OLD).glob("*"):
                    if not (leftover.parent / moved.name).exists():
                        moved.rename(leftover.parent / moved.name)
                shutil.rmtree(leftover, ignore_errors=True)
            finally:
                lock.release()


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    The temporary keeps the suffix, since Keras chooses the format by it. A
    folder works too. Whatever happens inside the block, `path` is the old
    whole or the new whole; a folder whose writer is killed in the last moment
    is put back by the next `sweep`.
    """
    with scratch(path.parent) as folder:
        new = folder / path.name
        yield new
        folder_lock.require_still_there(path)
        if new.is_dir():
            _replace_folder(new, path, folder / OLD)
        else:
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(path)


def _replace_folder(new: Path, path: Path, aside: Path) -> None:
    """A folder can't be replaced in one step, so the old one steps aside first."""
    if path.exists():
        aside.mkdir()
        path.rename(aside / path.name)
    new.rename(path)


def write_text(path: Path, text: str) -> None:
    """Writes a text file atomically."""
    with atomic_path(path) as new:
        new.write_text(text, encoding="utf-8")


def write_json(path: Path, content: Any) -> None:
    """Writes a JSON file atomically.

    Raises:
        ValueError: for NaN or infinity, which are not JSON.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n")


def expand_user(path: str) -> str:
    """A path with the home folder in the place of `~`.

    Raises:
        ConfigError: where nobody knows whose home that is, or for a path that can't be.
    """
    require("\0" not in path, "A path can't hold a null character.", path=path.replace("\0", "?"))
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:
        raise ConfigError(
            f"There is no home folder to put in the place of ~ in {shortened(path)}. A whole path "
            "works, as --data_dir or $TFDS_DATA_DIR for datasets."
        ) from None


def require_regular(path: Path) -> None:
    """Refuses what is no file: nothing, a folder, a broken link, a pipe or a device.

    Raises:
        RunError: with the path and what is there.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise RunError(f"{path} is missing.") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path} can't be read: {error}.") from None
    if not stat.S_ISREG(mode):
        raise RunError(f"{path} is no regular file.")


def read_text(path: Path, max_bytes: int = MAX_TEXT_BYTES) -> str:
    """Reads a UTF-8 text file, with or without a byte-order mark.

    Raises:
        RunError: where it is missing, no regular file, no text or too large.
    """
    require_regular(path)
    try:
        with path.open("rb") as file:
            # By its size: to read at most so many bytes takes the memory of all of them first.
            if os.fstat(file.fileno()).st_size > max_bytes:
                raise RunError(f"{path} is too large: more than {max_bytes:,} bytes.")
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunError(f"{path} is damaged: it is no UTF-8 text ({error.reason}).") from None
    except OSError as error:
        raise RunError(f"{path} can't be read: {error.strerror or error}.") from None


def read_json(path: Path) -> Any:
    """Reads a JSON file.

    Raises:
        RunError: where it is missing or damaged.
    """
    text = read_text(path)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: {error}.") from None


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal.

    Raises:
        RunError: where it is missing, or no regular file.
    """
    require_regular(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
