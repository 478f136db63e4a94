"""Results of a measure, and its folder `evaluation/<measure>/` of a run.

`result.json` holds all that pages and comparisons show of a measure, so that they read it without
knowing the measure: its title, its table and its numbers by owner and column. Tables and arrays
for figures lie beside it. The folder is replaced as a whole.
"""

import dataclasses
import math
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from kerasae import arrays, csv_files, files, records
from kerasae import names as titles
from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.tables import Table

# Owners of a number: the run's own model, and the baselines beside it.
OWN = "run"
BASELINES = ("pixels", "mean image", "pca", "untrained")

RESULT, ARRAYS = "result.json", "arrays.npz"

Comparison = dict[str, dict[str, float | None]]
Cell = str | int | float | None


@dataclasses.dataclass(frozen=True)
class Measured:
    """Results of one measure.

    Attributes:
        summary: One number a name; NaN where there is no such number.
        settings: Settings of the measure itself beside the subject, to be printed
            on figures; ready for JSON.
        tables: Rows by table name, for `<table>.csv`; all rows of a table have the same keys.
        arrays: For figures, for `arrays.npz`; no objects.
        shown: Table for the page, its title left to the measure's `TITLE`;
            None for a row for each number of the summary.
        compared: Numbers by column, by owner, for the table over runs; None for
            those of the summary, all of them the run's own.
    """

    summary: dict[str, float]
    settings: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    arrays: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    shown: Table | None = None
    compared: Comparison | None = None


@dataclasses.dataclass(frozen=True)
class ShownTable:
    """A measure's table as it is stored.

    Attributes:
        columns: Headings.
        rows: Cells; None for a number that isn't finite.
        by_row, note: See `Table`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    by_row: bool = False
    note: str = ""


@dataclasses.dataclass(frozen=True)
class MeasureRecord:
    """`result.json` of a measure.

    Attributes:
        measure: Name of the measure.
        title: Heading of its table.
        summary: One number a name; None where there is no such number.
        units: Unit of each.
        settings: What the numbers depend on, to be printed on figures.
        table: Table for the page.
        comparison: Numbers by column, by owner, for the table over runs.
        key: Fingerprint of everything that decides the numbers.
        files: SHA-256 of each file beside it, by name.
    """

    measure: str
    title: str
    summary: dict[str, float | None]
    units: dict[str, str]
    settings: dict[str, Any]
    table: ShownTable
    comparison: Comparison
    key: str
    files: dict[str, str]


def write(
    run: RunDir, name: str, measure: ModuleType, measured: Measured, settings: dict, key: str
) -> None:
    """Writes a measure's folder; an earlier one stays until this one is whole.

    Args:
        run: Run that was measured.
        name: Name of the measure.
        measure: Its plug-in.
        measured: Its results.
        settings: Settings that all measures of the run share.
        key: Fingerprint of everything that decides the numbers.
    """
    with files.atomic_path(run.evaluation / name) as new:
        new.mkdir()
        for table, rows in measured.tables.items():
            rows = [{column: _finite(value) for column, value in row.items()} for row in rows]
            csv_files.write(new / f"{table}.csv", list(rows[0]), rows)
        if measured.arrays:
            np.savez_compressed(new / ARRAYS, **measured.arrays)
        written = {path.name: files.checksum(path) for path in sorted(new.iterdir())}
        record = _record(name, measure, measured, settings, key, written)
        records.write(new / RESULT, record)


def _record(
    name: str,
    measure: ModuleType,
    measured: Measured,
    settings: dict,
    key: str,
    written: dict[str, str],
) -> MeasureRecord:
    units = {title: unit_of(title, measure.UNITS) for title in measured.summary}
    table = measured.shown or summary_table(measured.summary, units)
    compared = measured.compared
    if compared is None:
        compared = {OWN: {titles.title(title): value for title, value in measured.summary.items()}}
    return MeasureRecord(
        measure=name,
        title=measure.TITLE,
        summary={title: _finite(value) for title, value in measured.summary.items()},
        units=units,
        settings={**settings, **measured.settings},
        table=ShownTable(
            table.columns,
            tuple(tuple(_finite(cell) for cell in row) for row in table.rows),
            table.by_row,
            table.note,
        ),
        comparison={
            owner: {column: _finite(value) for column, value in numbers.items()}
            for owner, numbers in compared.items()
        },
        key=key,
        files=written,
    )


def names(run: RunDir) -> tuple[str, ...]:
    """Measures that were taken of a run, sorted."""
    return tuple(sorted(path.parent.name for path in run.evaluation.glob(f"*/{RESULT}")))


def read(run: RunDir, name: str) -> MeasureRecord:
    """Reads what was measured.

    Raises:
        RunError: where it is missing or damaged, or was written by another version of kerasae;
            with the command that measures it anew.
    """
    try:
        record = records.read(run.evaluation / name / RESULT, MeasureRecord)
    except RunError as error:
        raise RunError(f"{error} {_again(name)}") from None
    if record.measure != name:
        raise RunError(
            f"{run.evaluation / name} is of the measure {record.measure}. {_again(name)}"
        )
    return record


def read_table(run: RunDir, name: str, table: str) -> list[dict[str, str]]:
    """A measure's table, a dict of strings a row.

    Raises:
        RunError: where it is missing, damaged or not of this result.
    """
    return csv_files.read(_file(run, name, f"{table}.csv"))


def read_arrays(run: RunDir, name: str) -> dict[str, np.ndarray]:
    """A measure's arrays; raises as `read_table`."""
    return arrays.read(_file(run, name, ARRAYS))


def _file(run: RunDir, name: str, file: str) -> Path:
    """A file beside `result.json`, once its bytes are those that were written with it."""
    record, path = read(run, name), run.evaluation / name / file
    if record.files.get(file) != files.checksum(path):
        raise RunError(f"{path} was changed since kerasae wrote it. {_again(name)}")
    return path


def _again(name: str) -> str:
    return f"kerasae.evaluate --measures={name} --again measures it anew."


def summary_table(summary: Mapping[str, float], units: Mapping[str, str]) -> Table:
    """A row for each number of a summary."""
    rows = tuple((titles.title(name), value, units[name]) for name, value in summary.items())
    return Table("", ("measure", "ours", "unit"), rows, by_row=True)


def of_classifiers(columns: Mapping[str, Mapping[str, float]]) -> Comparison:
    """Numbers of classifiers for the table over runs.

    Args:
        columns: By what they are, then by classifier: `linear` is the run's own, `pca linear`
            that of a baseline.
    """
    found: Comparison = {}
    for column, numbers in columns.items():
        for classifier, value in numbers.items():
            baseline, _, head = classifier.rpartition(" ")
            named = f"{column}, {titles.readout_title(head)}"
            found.setdefault(baseline or OWN, {})[named] = value
    return found


def table(record: MeasureRecord) -> Table:
    """A measure's table, for pages and terminals."""
    shown = record.table
    return Table(record.title, shown.columns, shown.rows, by_row=shown.by_row, note=shown.note)


def unit_of(name: str, units: Mapping[str, str]) -> str:
    """The unit of one number of a summary.

    Raises:
        KeyError: where the measure gives none.
    """
    for pattern, unit in units.items():
        if fnmatchcase(name, pattern):
            return unit
    raise KeyError(f"no unit for {name}")


def identifier(name: str) -> str:
    """A classifier's or layer's name as a part of a summary's name: without spaces."""
    return name.replace(" ", "_")


def _finite(value: Any) -> Any:
    """The value; None for a number that isn't finite, since JSON has no word for it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
