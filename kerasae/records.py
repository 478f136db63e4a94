"""Records: frozen dataclasses in JSON files, and tables of them in CSV files.

A record's file ends in a digest of its content, so that a number changed by
hand or by a disk is refused and never believed. Whatever is read is checked
against the dataclass's types, field by field.
"""

import csv
import dataclasses
import functools
import hashlib
import io
import json
import math
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kerasae import csv_files, files
from kerasae.config import RunError

DIGEST = "sha256"
_FURTHER = "further columns"

Record = TypeVar("Record")


def write(path: Path, record: Any) -> None:
    """Writes a frozen dataclass as a JSON object with its digest, atomically.

    Raises:
        ValueError: for NaN or infinity, which are not JSON.
    """
    content = to_json(record)
    files.write_json(path, content | {DIGEST: digest(content)})


def read(path: Path, kind: type[Record], *, sealed: bool = True) -> Record:
    """Reads what `write` wrote.

    Args:
        path: The file.
        kind: The dataclass; its fields may be dataclasses, dicts and tuples
            of them, with types that msgspec knows.
        sealed: Whether the file must hold the digest of its content; not so
            for a file that others vouch for, such as a manifest.

    Raises:
        RunError: where it is missing or damaged, was changed since, or was
            written by another version of kerasae.
    """
    content = files.read_json(path)
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: it holds no JSON object.")
    stored = content.pop(DIGEST, None) if sealed else None
    record = convert(content, kind, path)
    if sealed and stored is None:
        raise RunError(f"{path} is damaged, or of another version of kerasae: it has no digest.")
    if sealed and stored != digest(content):
        raise RunError(f"{path} was changed since kerasae wrote it: its digest doesn't match.")
    return record


def convert(content: Any, kind: type[Record], path: Path) -> Record:
    """A dataclass of plain values that were read from a file.

    Raises:
        RunError: where a value is missing or of another type, or the dataclass
            refuses it.
    """
    try:
        return msgspec.convert(content, kind)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise RunError(f"{path} is damaged, or of another version of kerasae: {error}.") from None


def to_json(record: Any) -> Any:
    """A dataclass as it comes back from JSON: tuples are lists, NumPy's numbers Python's own.

    Raises:
        ValueError: for NaN or infinity.
    """
    plain = msgspec.to_builtins(record, enc_hook=_plain_number)
    return json.loads(json.dumps(plain, allow_nan=False))


def digest(content: Any) -> str:
    """SHA-256 of plain values, the same however a file is laid out.

    Raises:
        ValueError: for NaN or infinity.
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def further_columns() -> Any:
    """A field for all columns of a table that the dataclass has no other field for, by name."""
    return dataclasses.field(default_factory=dict, metadata={_FURTHER: True})


def write_table(path: Path, kind: type, rows: list[Any]) -> None:
    """Writes frozen dataclasses as the rows of a CSV file, atomically; None is an empty cell."""
    columns, further = _columns(kind), _further(kind)
    lines = [dataclasses.asdict(row) for row in rows]
    if further and lines:
        columns += lines[0][further]
        lines = [line | line.pop(further) for line in lines]
    csv_files.write(path, columns, lines)


def read_table(path: Path, kind: type[Record]) -> list[Record]:
    """Reads a CSV file, a frozen dataclass a row; an empty cell is the field's default, or None.

    Raises:
        RunError: where it is missing or damaged, or a number is NaN or
            infinite; with the line.
    """
    reader = csv.DictReader(io.StringIO(files.read_text(path)), strict=True)
    rows: list[Record] = []
    try:
        missing = [name for name in _columns(kind) if name not in (reader.fieldnames or ())]
        if missing:
            raise RunError(
                f"{path} is damaged, or of another version of kerasae: it has no column "
                f"{missing[0]!r}."
            )
        for cells in reader:
            rows.append(_row(cells, kind))
    except (csv.Error, msgspec.ValidationError, ValueError, TypeError) as error:
        raise RunError(f"{path} is damaged: line {reader.line_num}: {error}.") from None
    return rows


def _row(cells: dict[str, Any], kind: type[Record]) -> Record:
    """One row; raises ValueError or a subclass where it can't be one."""
    if None in cells or None in cells.values():
        raise ValueError("it has another number of cells than the heading")
    given = {
        name: csv_files.text_of(cell) if cell else None
        for name, cell in cells.items()
        if cell or name in _required(kind)
    }
    if further := _further(kind):
        given[further] = {
            name: given.pop(name, None) for name in cells if name not in _columns(kind)
        }
    row = msgspec.convert(given, kind, strict=False)
    for name in _columns(kind):
        value = getattr(row, name)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} is {value}")
    return row


def _columns(kind: type) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if _FURTHER not in field.metadata]


def _further(kind: type) -> str | None:
    """Name of the field that `further_columns` made, if there is one."""
    fields = (field.name for field in dataclasses.fields(kind) if _FURTHER in field.metadata)
    return next(fields, None)


@functools.cache
def _required(kind: type) -> frozenset[str]:
    """Names of the fields without a default."""
    fields = dataclasses.fields(kind)
    return frozenset(field.name for field in fields if field.default is dataclasses.MISSING)


def _plain_number(value: Any) -> Any:
    """A NumPy scalar's value, which msgspec doesn't know."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"a record can't hold {type(value).__name__}")
