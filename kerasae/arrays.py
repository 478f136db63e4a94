"""Arrays: in `.npz` files, read whole and without any pickled object; and in messages."""

from pathlib import Path
from typing import Any

import numpy as np

from kerasae import archives
from kerasae.config import RunError, shown


class Arrays(dict[str, np.ndarray]):
    """Arrays of a file by name; asking for one that isn't there raises RunError."""

    def __init__(self, path: Path, arrays: dict[str, np.ndarray]):
        super().__init__(arrays)
        self._path = path

    def __missing__(self, name: str) -> np.ndarray:
        raise RunError(
            f"{self._path} is damaged, or of another version of kerasae: it has no array {name!r}."
        )


def read(path: Path, *needed: str) -> Arrays:
    """Every array of a file by name.

    Args:
        path: An `.npz` file.
        *needed: Names that must be there.

    Raises:
        RunError: where it is missing or damaged, holds objects, or lacks one of `needed`.
    """
    archives.require_sound(path)
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = Arrays(path, dict(stored))
    except (OSError, ValueError, EOFError, MemoryError, SyntaxError) as error:
        raise RunError(f"{path} is damaged: {error}.") from None
    for name in needed:
        arrays[name]
    return arrays


def described(value: Any) -> str:
    """What was received in place of an array, for a message: `float64 array (5, 28, 28)`."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {value.shape}"
    return shown(value) if value is None else type(value).__name__
