"""The same thing with several seeds: a table with mean and spread."""

import re
from pathlib import Path
from typing import Any

from kerasae import csv_files, files, tables
from kerasae.config import ConfigError
from kerasae.run_dir import RunDir
from kerasae.runs import record, settings
from kerasae.wording import shown

SEED = "seed"
MEAN, SPREAD = "mean", "standard deviation"
TRAINING_COLUMNS = (
    "train_mse_per_pixel", "test_mse_per_pixel", "test_psnr_db", "test_ssim",
    "input_wait_fraction", "train_seconds",
)  # fmt: skip


def folder(top: Path, seed: int) -> Path:
    """Where the run of one seed lies."""
    return top / f"seed-{seed}"


def runs_in(top: Path) -> dict[int | None, RunDir]:
    """The runs below a folder by their seeds, or the folder's own run, without a seed."""
    found = {
        int(match[1]): RunDir(path)
        for path in top.glob("seed-*")
        if (match := re.fullmatch(r"seed-(\d+)", path.name))
    }
    return dict(sorted(found.items())) or {None: RunDir(top)}


def check_alike(runs: dict[int | None, RunDir]) -> None:
    """Refuses to average runs that differ in more than their seed.

    Args:
        runs: Finished ones, as `runs_in` finds them.

    Raises:
        ConfigError: with the settings, or the contents of the dataset, that differ.
    """
    first, *others = runs.values()
    for other in others:
        recorded = record.read(first), record.read(other)
        own, its = map(settings.of_record, (first, other), recorded)
        differing = [
            f"{flag} is {shown(ours)} in {first.path} and {shown(theirs)} in {other.path}"
            for flag, ours, theirs in settings.differences(own, its)
            if flag != f"--{SEED}"
        ]
        if differing:
            raise ConfigError(f"Runs averaged over seeds must share settings: {differing[0]}.")
        contents = [one.dataset.content for one in recorded]
        if contents[0] != contents[1]:
            raise ConfigError(
                f"Runs averaged over seeds must share their images: the content of "
                f"{recorded[0].dataset.name} is {contents[0]} in {first.path} and {contents[1]} "
                f"in {other.path}."
            )


def write_table(stem: Path, columns: tuple[str, ...], values: dict[int, dict[str, Any]]) -> str:
    """Writes `<stem>.csv` and `<stem>.md`: a row a seed, then mean and spread.

    The spread is the standard deviation of a sample (n - 1); empty for one seed.

    Args:
        stem: Path without suffix.
        columns: Which values to show.
        values: Numbers or None by column, by seed.

    Returns:
        The Markdown table.
    """
    known = {
        name: [row[name] for row in values.values() if row[name] is not None] for name in columns
    }
    found = {name: tables.mean_and_spread(numbers) for name, numbers in known.items()}
    mean = {name: mean for name, (mean, _) in found.items()}
    spread = {name: spread for name, (_, spread) in found.items()}
    rows = [
        *({SEED: seed, **{name: row[name] for name in columns}} for seed, row in values.items()),
        {SEED: MEAN, **mean},
        {SEED: SPREAD, **spread},
    ]
    csv_files.write(stem.with_name(f"{stem.name}.csv"), [SEED, *columns], rows)
    cells = [[str(row[SEED]), *(_cell(row[name]) for name in columns)] for row in rows]
    markdown = tables.markdown([SEED, *columns], cells)
    files.write_text(stem.with_name(f"{stem.name}.md"), markdown)
    return markdown


def _cell(value: float | None) -> str:
    return "" if value is None else tables.number(value)
