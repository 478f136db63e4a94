"""The files of a measure, and whether they are of what would be measured now."""

import hashlib
import math
from types import ModuleType
from typing import Any

import numpy as np

import kerasae
from kerasae import files
from kerasae.data.pipeline import Data
from kerasae.evaluation.config import EvaluationConfig
from kerasae.evaluation.measure import Measured, unit_of
from kerasae.evaluation.subject import Heads
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs.open_run import OpenRun


def describe_settings(
    opened: OpenRun, data: Data, heads: Heads, measure: ModuleType, config: EvaluationConfig
) -> dict[str, Any]:
    """What the numbers of a measure depend on, to be printed on figures."""
    whole = data.test.num_images
    images = min(config.max_test_images or whole, whole)
    settings = {
        "dataset": opened.config.data.dataset,
        "test images": f"{images:,}" if images == whole else f"{images:,} sampled of {whole:,}",
        "seed": config.seed,
    }
    if config.other_dataset and measure.NEEDS_OTHER:
        settings["other dataset"] = config.other_dataset
    if heads.left_out:
        settings["left out"] = f"{', '.join(heads.left_out)} (no network, so no gradient)"
    return settings


def fingerprint(opened: OpenRun, heads: Heads, settings: dict[str, Any]) -> str:
    """A hash, equal only where autoencoder, heads, settings and kerasae's version are."""
    origin = {**settings, "heads": list(heads.usable), "kerasae": kerasae.__version__}
    models = [opened.autoencoder.model, *(head.model for head in heads.usable.values())]
    keys = [features.fingerprint(model, origin) for model in models]
    return hashlib.sha256("".join(keys).encode()).hexdigest()[:32]


def is_measured(run: RunDir, name: str, key: str) -> bool:
    """Whether the files of a measure are there, with this fingerprint."""
    path = run.evaluation / f"{name}.json"
    return path.exists() and files.read_record(path).get("key") == key


def read_summary(run: RunDir, name: str) -> dict[str, float | None]:
    """The numbers of a measure by name; None for what has no value."""
    return files.read_record(run.evaluation / f"{name}.json", "summary")["summary"]


def write(
    run: RunDir,
    name: str,
    measure: ModuleType,
    measured: Measured,
    settings: dict[str, Any],
    key: str,
) -> None:
    """Writes a measure's files; the JSON file comes last and makes it complete."""
    folder = run.evaluation
    (folder / f"{name}.json").unlink(missing_ok=True)
    for table, rows in measured.tables.items():
        files.write_csv(
            folder / f"{name}-{table}.csv",
            list(rows[0]),
            [{column: _finite(value) for column, value in row.items()} for row in rows],
        )
    if measured.arrays:
        with files.atomic_path(folder / f"{name}.npz") as new:
            np.savez_compressed(new, **measured.arrays)
    files.write_json(
        folder / f"{name}.json",
        {
            "measure": name,
            "summary": {title: _finite(value) for title, value in measured.summary.items()},
            "units": {title: unit_of(title, measure.UNITS) for title in measured.summary},
            "settings": {**settings, **measured.settings},
            "key": key,
        },
    )


def _finite(value: Any) -> Any:
    """A number that isn't one becomes None: JSON has no word for it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
