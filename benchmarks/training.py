"""Images a second of kerasae, plain Keras and PyTorch on the same job, in turns."""

import dataclasses
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from benchmarks import job as jobs
from benchmarks import recording, referee
from benchmarks.settings import Settings
from kerasae.config import RunError
from kerasae.published import experiments
from kerasae.run_config import TrainingConfig

NAME = "training"
OWN = "kerasae"
BFLOAT16 = "kerasae bfloat16"
# Largest relative difference between the last epochs' losses in float32.
TOLERANCE = 0.01
MIXED_PRECISION = "mixed_precision"
PACKAGES = ("tensorflow", "keras", "torch", "numpy")


def measure(settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Trains every contender on both experiments.

    Returns:
        A row for each experiment and contender, and facts about all.

    Raises:
        RunError: where a contender fails, or where its loss is another one
            than kerasae's, so that the same work was not done.
    """
    rows, limits = [], {}
    gflops = matrix_product_gflops()
    for experiment in experiments.names():
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            prepare(settings, experiment, folder)
            job = jobs.read(folder)
            turns = _take_turns(experiment, folder, job.epochs)
        rows += rows_of(experiment, len(job.images), turns)
        limits[experiment] = round(gflops * 1e9 / job.operations)
    facts = {
        "unit": "training images a second, whole epochs; the first is not counted",
        "tolerance_of_final_loss": TOLERANCE,
        "matrix_product_gflops": round(gflops, 1),
        "images_per_second_at_that_speed": limits,
        "environment": recording.environment(PACKAGES, referee.THREADS),
    }
    return rows, facts


def prepare(settings: Settings, experiment: str, folder: Path) -> None:
    """Writes an experiment's job in a process of its own, whose memory is then free again.

    Raises:
        RunError: where it fails, with its message.
    """
    flags = [f"--experiment={experiment}", f"--quick={settings.quick}", f"--out={folder}"]
    flags += [f"--data_dir={settings.data_dir}"] if settings.data_dir else []
    process = referee.start(["-m", "benchmarks.prepare", *flags], stderr=subprocess.PIPE)
    _, errors = process.communicate()
    if process.returncode:
        raise RunError(f"{experiment} can't be prepared: {errors.strip()}")


def contenders(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Modules and command lines by name; bfloat16 where kerasae has it."""
    package = "benchmarks.contenders"
    entries = {
        OWN: (f"{package}.kerasae_cli", [str(folder), str(folder / "run")]),
        "keras": (f"{package}.keras_script", [str(folder)]),
        "pytorch": (f"{package}.pytorch_script", [str(folder)]),
    }
    if MIXED_PRECISION in {field.name for field in dataclasses.fields(TrainingConfig)}:
        arguments = [str(folder), str(folder / "run_bfloat16"), f"--{MIXED_PRECISION}"]
        entries[BFLOAT16] = (f"{package}.kerasae_cli", arguments)
    return entries


def _take_turns(experiment: str, folder: Path, epochs: int) -> dict[str, list[dict[str, Any]]]:
    """Every contender's reports, one an epoch; only one of them works at a time."""
    with referee.contest(contenders(folder)) as ready:
        turns = {name: [] for name in ready}
        for _ in tqdm(range(epochs), experiment, unit="epoch", file=sys.stderr, disable=None):
            for name, contender in ready.items():
                turns[name].append(contender.turn())
    return turns


def rows_of(
    experiment: str, images: int, turns: dict[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The experiment's rows from the contenders' reports, kerasae's first.

    Raises:
        RunError: where the losses of the last epoch differ.
    """
    medians, rows = {}, []
    for name, reports in turns.items():
        found = recording.summary([images / report["seconds"] for report in reports[1:]])
        medians[name] = found.median
        rows.append(
            {
                "experiment": experiment,
                "contender": name,
                "images_per_second": round(found.median, 1),
                "spread": round(found.spread, 1),
                "lowest": round(found.lowest, 1),
                "highest": round(found.highest, 1),
                "epochs": found.count,
                "kerasae_is_faster_by": round(medians[OWN] / found.median, 2),
                "final_loss": reports[-1]["loss"],
                "memory_layout": reports[-1].get("layout"),
            }
        )
    _check_losses(experiment, rows)
    return rows


def _check_losses(experiment: str, rows: list[dict[str, Any]]) -> None:
    """The same steps must lead to the same loss."""
    if not loss_difference(rows) <= TOLERANCE:  # NaN is no agreement either
        shown = ", ".join(f"{row['contender']} {row['final_loss']:.6f}" for row in rows)
        raise RunError(
            f"The contenders did not do the same work: after the same steps of {experiment} "
            f"their losses differ by more than {TOLERANCE:.0%}: {shown}."
        )


def loss_difference(rows: list[dict[str, Any]]) -> float:
    """Largest relative distance of an experiment's final losses from kerasae's.

    bfloat16 has an arithmetic of its own and is left out.
    """
    losses = {row["contender"]: row["final_loss"] for row in rows if row["contender"] != BFLOAT16}
    return float(np.max([abs(loss / losses[OWN] - 1) for loss in losses.values()]))


def table(rows: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """The rows in Markdown, with what the machine could do at best below."""
    cells = [
        [
            row["experiment"],
            row["contender"] + (f" ({row['memory_layout']})" if row["memory_layout"] else ""),
            f"{row['images_per_second']:,.0f}",
            f"{row['spread']:,.0f}",
            "" if row["contender"] == OWN else f"{row['kerasae_is_faster_by']:.2f}×",
            f"{row['final_loss']:.6f}",
        ]
        for row in rows
    ]
    header = ["experiment", "contender", "images/s", "spread", "kerasae is faster by", "loss"]
    limits = facts["images_per_second_at_that_speed"]
    differences = ", ".join(
        f"{name} {loss_difference([row for row in rows if row['experiment'] == name]):.2%}"
        for name in limits
    )
    shown_limits = ", ".join(f"{name} {limit:,}" for name, limit in limits.items())
    return (
        "Median over whole training epochs in turns, the first not counted; spread: distance "
        "between the quartiles; loss: of the last epoch, mean squared error per pixel.\n\n"
        f"{recording.markdown(header, cells)}\n"
        f"Largest distance of a float32 loss from kerasae's: {differences}; "
        f"{facts['tolerance_of_final_loss']:.0%} is allowed.\n\n"
        f"A matrix product of float32 reaches {facts['matrix_product_gflops']:.0f} GFLOP/s here; "
        f"at that speed the operations of a training step alone would allow: {shown_limits}.\n"
    )


def matrix_product_gflops() -> float:
    """Speed of a matrix product on as many threads as the contenders have."""
    process = referee.start(["-m", "benchmarks.machine"], stdout=subprocess.PIPE)
    answer, _ = process.communicate()
    if process.returncode:
        raise RunError("The speed of a matrix product can't be measured.")
    return float(answer)
