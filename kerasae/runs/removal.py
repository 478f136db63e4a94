"""Removes the directory of a run or of a search, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.run_dir import RunDir


class Directory(Protocol):
    """A directory whose attributes are its files and folders: `RunDir`, `SearchDir`."""

    path: Path


def remove(folder: Directory, is_one: Callable[[], bool]) -> None:
    """Removes a directory with all that kerasae made in it; links in it go, not what they lead to.

    It has its name no longer before the first of its files goes.

    Args:
        folder: The directory.
        is_one: Whether it still holds what it is removed for; asked under its lock.

    Raises:
        ConfigError: for a link, and for a directory that holds anything that
            isn't of kerasae, with its name.
        RunError: where another process writes it, or where it is gone.
        OSError: where it can't be removed.
    """
    path = folder.path
    if path.is_symlink() or not path.is_dir():
        raise ConfigError(f"{path} is not removed: it is no folder, but a link or a file.")
    with RunDir(path).locked():
        if not is_one():
            raise RunError(f"{path} is not removed: another process has changed it.")
        if strangers := _strangers(folder):
            raise ConfigError(
                f"{path} is not removed: {', '.join(strangers[:5])} in it is not of kerasae."
            )
        with files.scratch(path.parent) as aside:
            moved = path.rename(aside / path.name)
            shutil.rmtree(moved)


def _strangers(folder: Directory) -> list[str]:
    """Names in a directory that are none of its attributes'."""
    known = {
        path.relative_to(folder.path).parts[0]
        for path in vars(folder).values()
        if isinstance(path, Path) and path != folder.path
    }
    known.add(RunDir(folder.path).lock_file.name)
    names = sorted(path.name for path in folder.path.iterdir())
    return [name for name in names if name not in known and not name.startswith(files.SCRATCH)]
