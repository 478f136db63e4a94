"""Images in a file, read as they are asked for, with as much of an array's face as that takes.

They are read, not mapped: what was read of a map counts as the process's memory, and a file that
is cut off meanwhile is an error here and kills the process there.
"""

import contextlib
import math
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kerasae.config import ConfigError, RunError
from kerasae.data.cache_folder import WORDS, cache_folder

# Neighbours that are read at once.
CHUNK_BYTES = 2**18


class FileRows:
    """Rows of a uint8 array `(n, …)` that lies in a file, in C order.

    Args:
        file: Open for reading, with a descriptor; it may have been deleted since.
        start: Byte where the array begins.
        shape: Of the array.
        name: Of the file, for messages.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, file: BinaryIO, start: int, shape: tuple[int, ...], name: Any):
        self.shape = shape
        self._file, self._start, self._name = file, start, name
        self._row_bytes = math.prod(shape[1:])
        self._together = max(1, CHUNK_BYTES // max(1, self._row_bytes))

    @classmethod
    def of_map(cls, mapped: np.memmap) -> "FileRows":
        """The rows of an array that was mapped."""
        file = Path(mapped.filename).open("rb", buffering=0)  # noqa: SIM115
        return cls(file, mapped.offset, mapped.shape, mapped.filename)

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def reshape(self, *shape: int) -> "FileRows":
        """The same rows, each in another shape of as many numbers."""
        return FileRows(self._file, self._start, shape, self._name)

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """Rows as an array of their own; neighbours are read together.

        Args:
            rows: A slice, or numbers of rows, ascending.

        Raises:
            RunError: where the file ends before.
        """
        if isinstance(rows, slice):
            first, stop, _ = rows.indices(len(self))
            return self._read(first, max(first, stop))
        found = np.empty((len(rows), *self.shape[1:]), np.uint8)
        start = 0
        while start < len(rows):
            first = int(rows[start])
            stop = int(np.searchsorted(rows, first + self._together))
            block = self._read(first, int(rows[stop - 1]) + 1)
            found[start:stop] = block[rows[start:stop] - first]
            start = stop
        return found

    def _read(self, first: int, stop: int) -> np.ndarray:
        """Rows `first` to `stop - 1`; several threads may."""
        found = np.empty((stop - first, *self.shape[1:]), np.uint8)
        rest = memoryview(found).cast("B") if found.size else memoryview(b"")
        place = self._start + first * self._row_bytes
        while rest:
            done = os.preadv(self._file.fileno(), [rest], place)
            if not done:
                raise RunError(f"{self._name} was cut off while it was read.")
            rest, place = rest[done:], place + done
        return found


@contextlib.contextmanager
def scratch_file(what: Any) -> Iterator[BinaryIO]:
    """A file of the cache folder without a name, to be filled inside.

    It is gone when nothing holds it any more, and when the process ends.

    Args:
        what: Whose images it is for, for messages.

    Raises:
        ConfigError: where there is no folder for it.
        RunError: where there is no room for it.
    """
    folder = cache_folder()
    more = f"{what} holds more images than --memory_budget_mb, and they are unpacked into a file"
    if folder is None:
        raise ConfigError(f"{more}, for which there is no folder ({WORDS}).")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
    except OSError as error:
        raise RunError(
            f"{more} in {folder}, which can't be written: {error.strerror or error}."
        ) from None
