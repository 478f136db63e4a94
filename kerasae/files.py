"""Files that are written whole or not at all, and JSON and CSV in them."""

import contextlib
import csv
import io
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kerasae.config import RunError

# Beginning of the name of what is being written; a killed process leaves it behind.
SCRATCH = ".partial-"
MAX_TEXT_BYTES = 2**28


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    The temporary keeps the suffix, since Keras chooses the format by it. A
    folder works too. Whatever happens inside the block, `path` is the old
    whole or the new whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=path.parent))
    new = scratch / path.name
    try:
        yield new
        if new.is_dir():
            _replace_folder(new, path, scratch / "old")
        else:
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _replace_folder(new: Path, path: Path, old: Path) -> None:
    """A folder can't be replaced in one step, so the old one steps aside first."""
    if path.exists():
        path.rename(old)
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
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise RunError(f"{path} is too large: more than {max_bytes:,} bytes.")
        return content.decode("utf-8-sig")
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


def read_record(path: Path, *names: str) -> dict[str, Any]:
    """Reads a JSON object that has these names; `a.b` is the name `b` in the object at `a`.

    Raises:
        RunError: where it is missing or damaged, or lacks one of them.
    """
    content = read_json(path)
    for name in names:
        part = content
        for step in name.split("."):
            if not isinstance(part, dict) or step not in part:
                raise RunError(
                    f"{path} is damaged, or of another version of kerasae: it has no {name!r}."
                )
            part = part[step]
    return content


def write_csv(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Writes a table atomically; a missing or None value is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_csv(path: Path) -> list[dict[str, str]]:
    """Reads a table as one dict of strings a row.

    Raises:
        RunError: where it is missing or damaged.
    """
    reader = csv.DictReader(io.StringIO(read_text(path)), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise RunError(f"{path} is damaged: line {reader.line_num}: {error}.") from None
    if any(None in row or None in row.values() for row in rows):
        raise RunError(f"{path} is damaged: a line has another number of cells than the heading.")
    return rows
