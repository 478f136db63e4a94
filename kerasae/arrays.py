"""Arrays: in `.npz` files, read whole and without any pickled object; and in messages."""

import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kerasae import archives
from kerasae.config import RunError
from kerasae.wording import shown


class Arrays(dict[str, np.ndarray]):
    """Arrays of a file by name; asking for one that isn't there raises RunError."""

    def __init__(self, path: Path, arrays: dict[str, np.ndarray]):
        super().__init__(arrays)
        self._path = path

    def __missing__(self, name: str) -> np.ndarray:
        raise RunError(
            f"{self._path} is damaged, or of another version of kerasae: it has no array {name!r}."
        )


@dataclasses.dataclass(frozen=True)
class Header:
    """What a file says of an array before it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran_order: bool

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return math.prod(self.shape) * self.dtype.itemsize


def headers(path: Path) -> dict[str, Header]:
    """Shape and type of every array of a file by name; none is read.

    Args:
        path: An `.npz` file.

    Raises:
        RunError: where it is missing or damaged.
    """
    found = {}
    with archives.opened(path) as archive:
        for member in archive.namelist():
            try:
                with archive.open(member) as file:
                    version = np.lib.format.read_magic(file)
                    read_header = _READERS[version]
                    shape, fortran_order, dtype = read_header(file)
            except (ValueError, KeyError, SyntaxError) as error:
                raise RunError(f"{path} is damaged: its member {member!r}: {error}.") from None
            found[member.removesuffix(".npy")] = Header(shape, dtype, fortran_order)
    return found


# By the version of the array's own format.
_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read(path: Path, *needed: str, others: bool = True) -> Arrays:
    """Every array of a file by name.

    Args:
        path: An `.npz` file.
        *needed: Names that must be there.
        others: Whether the arrays of other names are read too.

    Raises:
        RunError: where it is missing or damaged, holds objects, or lacks one of `needed`.
    """
    archives.require_sound(path)
    try:
        with np.load(path, allow_pickle=False) as stored:
            wanted = stored.files if others else needed
            arrays = Arrays(path, {name: stored[name] for name in wanted if name in stored})
    except (OSError, ValueError, EOFError, MemoryError, SyntaxError) as error:
        raise RunError(f"{path} is damaged: {error}.") from None
    for name in needed:
        arrays[name]
    return arrays


def unpacked(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of one array with its header, see `skip_header`, a mebibyte at a time.

    Raises:
        RunError: where the file is damaged.
    """
    with archives.opened(path) as archive:
        found = next(one for one in archive.namelist() if one.removesuffix(".npy") == name)
        member = archive.open(found)
        while part := member.read(2**20):
            yield part


def skip_header(file: BinaryIO) -> int:
    """Reads an array's header from where it begins; returns the byte where its numbers begin."""
    _READERS[np.lib.format.read_magic(file)](file)
    return file.tell()


def described(value: Any) -> str:
    """What was received in place of an array, for a message: `float64 array (5, 28, 28)`."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {value.shape}"
    return shown(value) if value is None else type(value).__name__
