"""Journals: files that only grow, a sealed JSON object a line.

Each line ends in a digest of itself and of the line before, so that a line that
was changed, moved or taken out is refused and never believed. A line counts
once its end is written: a kill or a full disk in the middle of one loses that
line and no other.
"""

import json
import os
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kerasae import files, folder_lock, records
from kerasae.config import RunError
from kerasae.records import DIGEST

Entry = TypeVar("Entry")

_BEGINNING = "{"  # Of every line, also of one that was cut.


class Journal:
    """A journal to be written; the time of a line doesn't grow with the file.

    Args:
        path: The file; made with the first line.
        kind: Frozen dataclass of a line.

    Attributes:
        entries: What it held when it was opened, a line each.

    Raises:
        RunError: where it is damaged, or was changed since.
    """

    def __init__(self, path: Path, kind: type[Entry]):
        self._path = path
        self.entries, self._seal, cut = _read(path, kind)
        if cut:
            os.truncate(path, path.stat().st_size - cut)

    def append(self, entry: Any, durable: bool = True) -> None:
        """Writes a line.

        Args:
            entry: What is in it.
            durable: Whether it, and all before it, are on the disk when this returns; not so a
                line that may be lost with the power.

        Raises:
            ValueError: for NaN or infinity, which are not JSON.
            RunError: where its folder was removed or replaced meanwhile.
            OSError: where it can't be written.
        """
        folder_lock.require_still_there(self._path)
        content = records.to_json(entry)
        seal = _sealed(self._seal, content)
        line = json.dumps(content | {DIGEST: seal}, allow_nan=False) + "\n"
        with self._path.open("ab", buffering=0) as file:
            file.write(line.encode())
            if durable:
                os.fsync(file.fileno())
        self._seal = seal


def read(path: Path, kind: type[Entry]) -> list[Entry]:
    """The entries of a journal, also of one that is being written; none where there is no file.

    Raises:
        RunError: where it is damaged, or was changed since.
    """
    return _read(path, kind)[0]


def _read(path: Path, kind: type[Entry]) -> tuple[list[Entry], str, int]:
    """Entries, the last line's digest, and the bytes of a line that was cut."""
    if not os.path.lexists(path):
        return [], "", 0
    text = files.read_text(path)
    *lines, rest = text.split("\n")
    if rest and not rest.startswith(_BEGINNING):
        raise RunError(f"{path} is damaged: line {len(lines) + 1} is no JSON object.")
    entries, seal = [], ""
    for number, line in enumerate(lines, start=1):
        entry, seal = _entry(line, seal, kind, path, number)
        entries.append(entry)
    return entries, seal, len(rest.encode())


def _entry(line: str, before: str, kind: type[Entry], path: Path, number: int):
    """A line's entry and digest."""
    try:
        content = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RunError(f"{path} is damaged: line {number}: {error}.") from None
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: line {number} is no JSON object.")
    seal = content.pop(DIGEST, None)
    entry = records.convert(content, kind, path)
    if seal != _sealed(before, content):
        raise RunError(
            f"{path} was changed since kerasae wrote it: the digest of line {number} doesn't match."
        )
    return entry, seal


def _sealed(before: str, content: Any) -> str:
    return records.digest([before, content])
