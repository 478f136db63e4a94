"""How a benchmark says what it found: spread, environment, JSON, CSV, Markdown."""

import dataclasses
import importlib.metadata
import platform
import statistics
from pathlib import Path
from typing import Any

import kerasae
from kerasae import csv_files, files

RESULTS = Path(__file__).parent / "results"
CPUINFO = Path("/proc/cpuinfo")


@dataclasses.dataclass(frozen=True)
class Summary:
    """Repeated measurements of one thing, all in its unit.

    Attributes:
        median: The middle one.
        spread: Distance between the quartiles; 0 for a single measurement.
        lowest: The least.
        highest: The largest.
        count: How many there were.
    """

    median: float
    spread: float
    lowest: float
    highest: float
    count: int


def summary(values: list[float]) -> Summary:
    """Median and spread of at least one measurement."""
    quartiles = statistics.quantiles(values, method="inclusive") if len(values) > 1 else [0, 0, 0]
    return Summary(
        median=statistics.median(values),
        spread=quartiles[2] - quartiles[0],
        lowest=min(values),
        highest=max(values),
        count=len(values),
    )


def environment(packages: tuple[str, ...], threads: int | None = None) -> dict[str, Any]:
    """What was measured with, ready for JSON; imports none of the packages.

    Args:
        packages: Distributions whose versions count; None where not installed.
        threads: Threads that every contender was held to; None for no limit.
    """
    return {
        "kerasae": kerasae.__version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in packages},
        "platform": platform.platform(),
        "processor": _processor(),
        "threads": threads,
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name and instruction sets that matter to float arithmetic."""
    if not CPUINFO.exists():
        return platform.processor()
    facts = dict(
        (part.strip() for part in line.split(":", 1))
        for line in CPUINFO.read_text(encoding="utf-8").splitlines()
        if ":" in line
    )
    vectors = sorted(
        flag
        for flag in facts.get("flags", "").split()
        if flag in ("avx2", "avx512f", "avx512_bf16") or flag.startswith("amx")
    )
    return " ".join([facts.get("model name", platform.processor()), *vectors])


def save(
    name: str, rows: list[dict[str, Any]], facts: dict[str, Any], folder: Path = RESULTS
) -> None:
    """Writes `<name>.json` (`rows` and facts about all of them) and the rows as `<name>.csv`.

    Args:
        name: What was measured.
        rows: Flat; the columns are those of all rows in order of appearance.
        facts: What holds for every row, the environment among it.
        folder: Where to.
    """
    files.write_json(folder / f"{name}.json", {**facts, "rows": rows})
    columns = list(dict.fromkeys(column for row in rows for column in row))
    csv_files.write(folder / f"{name}.csv", columns, rows)


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table of ready cells; all columns but the first two are numbers."""
    marks = ["---" if number < 2 else "---:" for number in range(len(header))]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [header, marks, *rows])
