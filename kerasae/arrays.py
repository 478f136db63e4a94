"""Arrays in `.npz` files, read whole and without any pickled object."""

from pathlib import Path

import numpy as np

from kerasae import archives
from kerasae.config import RunError


def read(path: Path, *needed: str) -> dict[str, np.ndarray]:
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
            arrays = dict(stored)
    except (OSError, ValueError, EOFError, MemoryError, SyntaxError) as error:
        raise RunError(f"{path} is damaged: {error}.") from None
    missing = [name for name in needed if name not in arrays]
    if missing:
        raise RunError(
            f"{path} is damaged, or of another version of kerasae: it has no array {missing[0]!r}."
        )
    return arrays
