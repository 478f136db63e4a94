"""How time and memory grow with images, filters and image size."""

import dataclasses
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks import command, recording, referee
from benchmarks.settings import Settings
from kerasae.published import experiments
from kerasae.run_dir import RunDir
from kerasae.training import history

NAME = "growth"
EXPERIMENT = "cognition"
EPOCHS = 4  # The first is not counted.
IMAGES = (3_750, 15_000, 60_000)
QUICK_IMAGES = (90, 360, 1_437)
# Holds the smallest training set beside the test images, but no larger one.
STREAMING_BUDGET_MB = 12
QUICK_STREAMING_BUDGET_MB = 0
DISK_BUDGET_MB = 100
FILTERS = ("32,16", "64,32", "128,64")
SIDES = (28, 56, 84, 128)
PACKAGES = ("tensorflow", "keras", "numpy")


@dataclasses.dataclass(frozen=True)
class Point:
    """One run of a series.

    Attributes:
        series: What grows.
        size: How large it is here, in the unit of the exponent's base.
        label: The same, as it is shown.
        flags: What makes it so.
    """

    series: str
    size: float
    label: str
    flags: dict[str, object]


def points(quick: bool) -> list[Point]:
    """Every run, series by series.

    Filters and sides grow on the embedded digits, since what a step costs does
    not depend on what is in the images, and the test part is small.
    """
    images, budget = IMAGES, STREAMING_BUDGET_MB
    if quick:
        images, budget = QUICK_IMAGES, QUICK_STREAMING_BUDGET_MB
    digits = {"dataset": experiments.DIGITS, "batch_size": 100}
    filters, sides = (FILTERS[:2], SIDES[:2]) if quick else (FILTERS, SIDES)
    return [
        *(Point("images, in memory", n, f"{n:,}", {"max_examples": n}) for n in images),
        *(
            Point(
                f"images, {how}",
                n,
                f"{n:,}",
                {"max_examples": n, "memory_budget_mb": budget, "disk_budget_mb": disk},
            )
            for how, disk in (("streamed", 0), ("from a file", DISK_BUDGET_MB))
            for n in images
        ),
        *(
            Point("filters", 2**doubled, names, {**digits, "model.filters": names})
            for doubled, names in enumerate(filters)
        ),
        *(
            Point("image side", side, f"{side}x{side}", {**digits, "image_size": side})
            for side in sides
        ),
    ]


def measure(settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Runs `kerasae.train` at every size.

    Returns:
        A row a size, and the exponents beside other facts.
    """
    rows = [
        _row(point, settings)
        for point in tqdm(
            points(settings.quick), "growth", unit="run", file=sys.stderr, disable=None
        )
    ]
    facts = {
        "experiment": EXPERIMENT,
        "unit": "seconds: median epoch, the first not counted; "
        "peak_mb: MiB of resident memory of the whole command",
        "streaming_budget_mb": (
            QUICK_STREAMING_BUDGET_MB if settings.quick else STREAMING_BUDGET_MB
        ),
        "exponents": exponents(rows),
        "environment": recording.environment(PACKAGES, referee.THREADS),
    }
    return rows, facts


def _row(point: Point, settings: Settings) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        run = RunDir(Path(folder) / "run")
        flags = settings.flags(EXPERIMENT, epochs=EPOCHS, **point.flags)
        used = command.run(["-m", "kerasae.train", *flags, f"--run_dir={run.path}"])
        rows = history.read(run)[1:]
    return {
        "series": point.series,
        "size": point.size,
        "label": point.label,
        "seconds": round(statistics.median(row.seconds for row in rows), 3),
        "images_per_second": round(statistics.median(row.images_per_second for row in rows), 1),
        "peak_mb": round(used["peak_mb"], 1),
    }


def exponents(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """By series, `p` of `seconds ~ size^p` and `peak_mb ~ size^p`; least squares of logarithms."""
    found = {}
    for series in dict.fromkeys(row["series"] for row in rows):
        own = [row for row in rows if row["series"] == series]
        sizes = np.log([row["size"] for row in own])
        found[series] = {
            column: round(float(np.polyfit(sizes, np.log([row[column] for row in own]), 1)[0]), 3)
            for column in ("seconds", "peak_mb")
        }
    return found


def table(rows: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """The rows in Markdown, and the exponents below."""
    cells = [
        [
            row["series"],
            row["label"],
            f"{row['seconds']:.2f}",
            f"{row['images_per_second']:,.0f}",
            f"{row['peak_mb']:,.0f}",
        ]
        for row in rows
    ]
    fitted = [
        [series, f"size^{found['seconds']:.2f}", f"size^{found['peak_mb']:.2f}"]
        for series, found in facts["exponents"].items()
    ]
    return (
        f"The model of `{facts['experiment']}`; seconds of a median epoch, the first not counted; "
        "memory: the most that the whole command held. Streamed: past a memory budget of "
        f"{facts['streaming_budget_mb']} MiB; what fits it is kept.\n\n"
        + recording.markdown(["growing", "size", "s an epoch", "images/s", "peak MiB"], cells)
        + "\n"
        + recording.markdown(["growing", "time", "memory"], fitted)
    )
