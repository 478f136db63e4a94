"""A folder that one process writes at a time, and that goes with the lock where it is empty."""

import contextlib
import itertools
import logging
from pathlib import Path

import filelock

logger = logging.getLogger(__name__)

LOCK = ".lock"
# Other processes that may leave the folder empty, one after another, before it is ours.
RETRIES = 100


def acquire(folder: Path, waiting: str | None = None) -> filelock.FileLock:
    """The folder's lock, held; the folder is made where it isn't there.

    Args:
        folder: To be written by this process alone.
        waiting: Logged before waiting for another process; None doesn't wait.

    Raises:
        filelock.Timeout: where another process holds it and nothing is to be waited for.
        OSError: where the folder can't be written.
    """
    lock = filelock.FileLock(folder / LOCK)
    timeout = 0
    for attempt in itertools.count():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=timeout)
            return lock
        except filelock.Timeout:
            if waiting is None:
                raise
            logger.info("%s", waiting)
            timeout = -1
        except (FileNotFoundError, FileExistsError):
            # Its holder left it empty and removed it, or it can't be made at all.
            if attempt == RETRIES:
                raise


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
        lock.release()
