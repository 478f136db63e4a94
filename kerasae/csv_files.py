"""Tables as CSV files, in which a spreadsheet takes no text for a formula."""

import csv
import io
import re
import types
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import RunError

# Beginnings of cells that a spreadsheet runs, and of those that `cell_of` marks as text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$", re.IGNORECASE)


def write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """Writes a table atomically; a missing or None value is an empty cell.

    Text that a spreadsheet would run as a formula stands behind a `'`, see `cell_of`.
    """
    lines: list[str] = []
    # The ending makes the writer quote a cell that holds a part of it.
    writer = csv.writer(types.SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerow(map(cell_of, columns))
    for row in rows:
        unknown = row.keys() - set(columns)
        if unknown:
            raise ValueError(f"The table has no column {', '.join(map(repr, sorted(unknown)))}.")
        writer.writerow([cell_of(row.get(name)) for name in columns])
    files.write_text(path, "".join(line.removesuffix("\r\n") + "\n" for line in lines))


def cell_of(value: Any) -> Any:
    """A value as a cell; `text_of` gives text back.

    Text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is a
    formula to a spreadsheet, unless it is a number, so it gets a `'` before it;
    what begins with a `'` gets one more.
    """
    is_formula = isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.match(value)
    return f"'{value}" if is_formula else value


def text_of(cell: Any) -> Any:
    """The text of a cell that `cell_of` made; what a row has too much or too little, as it is."""
    return cell.removeprefix("'") if isinstance(cell, str) else cell


def read(path: Path) -> list[dict[str, str]]:
    """Reads a table as one dict of strings a row.

    Raises:
        RunError: where it is missing or damaged.
    """
    reader = csv.DictReader(io.StringIO(files.read_text(path)), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise RunError(f"{path} is damaged: line {reader.line_num}: {error}.") from None
    if any(None in row or None in row.values() for row in rows):
        raise RunError(f"{path} is damaged: a line has another number of cells than the heading.")
    return [{text_of(name): text_of(cell) for name, cell in row.items()} for row in rows]
