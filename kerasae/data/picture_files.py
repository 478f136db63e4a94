"""Lists of picture files, as lean as a million of them need."""

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from kerasae import wording


class FileNames:
    """Paths by number, in one piece of memory.

    Args:
        names: Relative or absolute.
    """

    def __init__(self, names: Iterable[str] = ()):
        text, ends = bytearray(), [0]
        for name in names:
            text += os.fsencode(name)
            ends.append(len(text))
        self._text, self._ends = bytes(text), np.array(ends)

    def __len__(self):
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        return os.fsdecode(self._text[self._ends[number] : self._ends[number + 1]])

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))


@dataclasses.dataclass(frozen=True)
class PictureFiles:
    """The pictures of a dataset, in its order.

    Attributes:
        folder: What relative names are relative to.
        names: Their paths.
        labels: int64 `(n,)`, -1 for a picture without one.
        classes: Names of the classes; None for a dataset without labels.
        parts: For `train`, and `test` where it is apart, the row after its last; the rows of
            a part follow one another.
        splits: For `train` and `test`, what they are, for people; empty where a test part is
            to be drawn.
        notes: What is to be said of what was left out.
    """

    folder: Path
    names: FileNames
    labels: np.ndarray
    classes: tuple[str, ...] | None
    parts: dict[str, int]
    splits: dict[str, str]
    notes: tuple[str, ...] = ()

    def path(self, row: int) -> str:
        """The path of one of them."""
        return os.path.join(self.folder, self.names[row])  # noqa: PTH118 (a million of them)

    def shown(self, row: int) -> str:
        """The same for a message, on one line."""
        return _shown(self.path(row))

    def name(self, row: int) -> str:
        """The path as it was given, the same wherever the folder lies; on one line."""
        return _shown(self.names[row])

    def signature(self) -> str:
        """A digest of names, sizes and times, which changes as soon as a file does."""
        found = hashlib.sha256(os.fsencode(self.folder))
        for row, name in enumerate(self.names):
            try:
                facts = os.stat(self.path(row))  # noqa: PTH116
                seen = facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino
            except OSError as error:
                seen = (error.errno,)
            found.update(os.fsencode(name) + f"\0{seen}".encode())
        return found.hexdigest()[:32]


def _shown(path: str) -> str:
    return wording.one_line(path.encode(errors="backslashreplace").decode())
