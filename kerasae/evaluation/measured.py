"""Results of a measure, and their files in `evaluation/` of a run.

`<measure>.json` holds all that pages and comparisons show of a measure, so that they read it
without knowing the measure: its title, its table and its numbers by owner and column.
"""

import dataclasses
import math
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Any

import numpy as np

from kerasae import files
from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.tables import Table

# Owners of a number: the run's own model, and the baselines beside it.
OWN = "run"
BASELINES = ("pixels", "mean image", "pca", "untrained")
# A number's name ends in its owner: noise_threshold_occlusion_pca_linear, clustering_ari_code,
# anomaly_auroc_noise_mean_image. Without one of these it is the run's own.
PARTS = {"pixels": "pixels", "mean_image": "mean image", "pca": "pca",
         "autoencoder": OWN, "code": OWN}  # fmt: skip
PART = re.compile(rf"(?P<measure>.+)_(?P<part>{'|'.join(PARTS)})(?P<head>_\w+)?")

Comparison = dict[str, dict[str, float]]


@dataclasses.dataclass(frozen=True)
class Measured:
    """Results of one measure.

    Attributes:
        summary: One number a name; NaN where there is no such number.
        settings: Settings of the measure itself beside the subject, to be printed
            on figures; ready for JSON.
        tables: Rows by table name, for `<measure>-<table>.csv`; all rows of a
            table have the same keys.
        arrays: For figures, for `<measure>.npz`; no objects.
        shown: Table for the page, its title left to the measure's `TITLE`;
            None for a row for each number of the summary.
        compared: Numbers by column, by owner, for the table over runs; None for
            those of the summary, see `comparison`.
    """

    summary: dict[str, float]
    settings: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    arrays: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    shown: Table | None = None
    compared: Comparison | None = None


def write(
    run: RunDir, name: str, measure: ModuleType, measured: Measured, settings: dict, key: str
) -> None:
    """Writes a measure's files; the JSON file comes last and makes it complete.

    Args:
        run: Run that was measured.
        name: Name of the measure.
        measure: Its plug-in.
        measured: Its results.
        settings: Settings that all measures of the run share.
        key: Fingerprint of everything that decides the numbers.
    """
    folder = run.evaluation
    (folder / f"{name}.json").unlink(missing_ok=True)
    for table, rows in measured.tables.items():
        rows = [{column: _finite(value) for column, value in row.items()} for row in rows]
        files.write_csv(folder / f"{name}-{table}.csv", list(rows[0]), rows)
    if measured.arrays:
        with files.atomic_path(folder / f"{name}.npz") as new:
            np.savez_compressed(new, **measured.arrays)
    units = {title: unit_of(title, measure.UNITS) for title in measured.summary}
    table = measured.shown or summary_table(measured.summary, units)
    compared = measured.compared
    if compared is None:
        compared = comparison(measured.summary)
    files.write_json(
        folder / f"{name}.json",
        {
            "measure": name,
            "title": measure.TITLE,
            "summary": {title: _finite(value) for title, value in measured.summary.items()},
            "units": units,
            "settings": {**settings, **measured.settings},
            "table": {
                "columns": list(table.columns),
                "rows": [[_finite(cell) for cell in row] for row in table.rows],
            },
            "comparison": {
                owner: {column: _finite(value) for column, value in numbers.items()}
                for owner, numbers in compared.items()
            },
            "key": key,
        },
    )


def names(run: RunDir) -> tuple[str, ...]:
    """Measures that were taken of a run, sorted."""
    return tuple(sorted(path.stem for path in run.evaluation.glob("*.json")))


def read(run: RunDir, name: str) -> dict[str, Any]:
    """The content of a measure's JSON file, as `write` writes it.

    Raises:
        RunError: where it is missing or damaged, or was written by an older kerasae.
    """
    path = run.evaluation / f"{name}.json"
    record = files.read_record(path, "summary", "settings")
    if not {"title", "table", "comparison"} <= set(record):
        raise RunError(
            f"{path} was written by an older kerasae; kerasae.evaluate --measures={name} --again "
            "measures it anew."
        )
    return record


def summary_table(summary: Mapping[str, float], units: Mapping[str, str]) -> Table:
    """A row for each number of a summary."""
    rows = tuple((name.replace("_", " "), value, units[name]) for name, value in summary.items())
    return Table("", ("measure", "ours", "unit"), rows)


def comparison(summary: Mapping[str, float]) -> Comparison:
    """Numbers of a summary by owner and column; the owner is read from the number's name."""
    found: Comparison = {}
    for name, value in summary.items():
        match = PART.fullmatch(name)
        column = match["measure"] + (match["head"] or "") if match else name
        owner = PARTS[match["part"]] if match else OWN
        found.setdefault(owner, {})[column.replace("_", " ")] = value
    return found


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
