"""A folder that one process writes at a time, and that goes with the lock where it is empty."""

import contextlib
import fcntl
import itertools
import logging
import threading
from pathlib import Path

import filelock

from kerasae.config import ConfigError, RunError

logger = logging.getLogger(__name__)

LOCK = ".lock"
# Other processes that may leave the folder empty, one after another, before it is ours.
RETRIES = 100
# Seconds that nobody has to wait for; `is_held` holds a lock for less.
MOMENT = 0.1

# Folders whose lock this process holds: by which thread, and the lock file's number on its disk.
_held: dict[Path, tuple[int, int]] = {}


def acquire(folder: Path, waiting: str | None = None) -> filelock.FileLock:
    """The folder's lock, held; the folder is made where it isn't there.

    Args:
        folder: To be written by this process alone.
        waiting: Logged before waiting for another process; None waits a moment at most.

    Raises:
        filelock.Timeout: where another process holds it and nothing is to be waited for.
        ConfigError: where this thread holds it, and would wait for itself.
        OSError: where the folder can't be written.
    """
    holder, _ = _held.get(folder.absolute(), (None, None))
    if waiting is not None and holder == threading.get_ident():
        raise ConfigError(
            f"{folder} can't be two things in one command: a folder that is read and one that is "
            "written must differ."
        )
    lock = filelock.FileLock(folder / LOCK)
    timeout = MOMENT
    for attempt in itertools.count():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=timeout, poll_interval=MOMENT / 4)
            number = (folder / LOCK).stat().st_ino
            _held[folder.absolute()] = threading.get_ident(), number
            return lock
        except filelock.Timeout:
            if waiting is None:
                raise
            logger.info("%s", waiting)
            timeout = -1
        except (FileNotFoundError, FileExistsError):
            lock.release()
            # Its holder left it empty and removed it, or it can't be made at all.
            if attempt == RETRIES:
                raise


def is_held(folder: Path) -> bool:
    """Whether a process writes the folder now; nothing is written, and a moment after nobody knows.

    Raises:
        OSError: where the lock can't be read.
    """
    try:
        with (folder / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def release(lock: filelock.FileLock, folder: Path) -> None:
    """Frees the lock; a folder that holds nothing else goes first.

    The lock is held meanwhile: who gets it afterwards finds a file without a
    name, or no folder, and begins anew. Whoever made a lock file in between
    keeps the folder, which isn't empty then.
    """
    try:
        with contextlib.suppress(OSError):
            if [path.name for path in folder.iterdir()] == [LOCK]:
                (folder / LOCK).unlink()
                folder.rmdir()
    finally:
        _held.pop(folder.absolute(), None)
        lock.release()


def require_still_there(path: Path) -> None:
    """Refuses to write below a folder that was removed while this process held its lock.

    Otherwise the folder would be made again, with a part of what belongs into it.

    Raises:
        RunError: where it was, or another folder is in its place.
    """
    for folder, (_, number) in list(_held.items()):
        if not path.absolute().is_relative_to(folder):
            continue
        try:
            if (folder / LOCK).stat().st_ino == number:
                continue
        except OSError:
            pass
        raise RunError(f"{folder} was removed or replaced while it was written.")
