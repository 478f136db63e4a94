"""Files that are written whole or not at all, and JSON and CSV in them."""

import contextlib
import csv
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasae.config import RunError

# Beginning of the name of what is being written; a killed process leaves it behind.
SCRATCH = ".partial-"


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


def read_json(path: Path) -> Any:
    """Reads a JSON file.

    Raises:
        RunError: where it is missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{path} is missing.") from None
    except ValueError as error:
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
    """Reads a table as one dict of strings a row."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
