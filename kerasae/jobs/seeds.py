"""The same run with several seeds: a table with mean and spread."""

import statistics
from pathlib import Path

from kerasae import run_dir as files

COLUMNS = (
    "train_mse_per_pixel", "test_mse_per_pixel", "test_psnr_db", "test_ssim",
    "input_wait_fraction", "train_seconds",
)  # fmt: skip
SEED = "seed"
MEAN, SPREAD = "mean", "standard deviation"


def write_table(folder: Path, metrics_by_seed: dict[int, dict]) -> str:
    """Writes `seeds.csv` and `seeds.md`: a row a seed, then mean and spread.

    The spread is the standard deviation of a sample (n - 1); empty for one seed.

    Returns:
        The Markdown table.
    """
    rows = [
        {SEED: seed, **{name: metrics[name] for name in COLUMNS}}
        for seed, metrics in metrics_by_seed.items()
    ]
    columns = {name: [row[name] for row in rows if row[name] is not None] for name in COLUMNS}
    mean = {name: statistics.mean(values) if values else None for name, values in columns.items()}
    spread = {
        name: statistics.stdev(values) if len(values) > 1 else None
        for name, values in columns.items()
    }
    table = [*rows, {SEED: MEAN, **mean}, {SEED: SPREAD, **spread}]
    files.write_csv(folder / "seeds.csv", [SEED, *COLUMNS], table)
    lines = [
        "| " + " | ".join([SEED, *COLUMNS]) + " |",
        "|" + "---|" * (len(COLUMNS) + 1),
        *(
            "| " + " | ".join([str(row[SEED]), *(_cell(row[name]) for name in COLUMNS)]) + " |"
            for row in table
        ),
    ]
    markdown = "\n".join(lines) + "\n"
    files.write_text(folder / "seeds.md", markdown)
    return markdown


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
