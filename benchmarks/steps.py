"""Where a training step's time goes, and what an epoch costs beyond its steps."""

import json
import statistics
import subprocess
import sys
import tempfile
from typing import Any

from tqdm import tqdm

from benchmarks import recording, referee
from benchmarks.settings import QUICK_EPOCHS, Settings
from kerasae.config import RunError
from kerasae.published import experiments

NAME = "steps"
# The shorter an epoch, the more of them.
EPOCHS = {"ones_and_eights": 13, "cognition": 7}
# Some are held out, so that validation counts too; the rest is whole batches, as alone.
MAX_EXAMPLES = {"ones_and_eights": 10_105, "cognition": 60_000}
VALIDATION_FRACTION = 0.05
# What callbacks, validation and pipeline together may cost on top of the steps.
ALLOWED_ON_TOP = 0.05
PACKAGES = ("tensorflow", "keras", "numpy")


def measure(settings: Settings) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Times the parts of both experiments' training.

    Returns:
        A row an experiment, in milliseconds a step, and facts about all.
    """
    rows = []
    for name in tqdm(experiments.names(), "parts of a step", file=sys.stderr, disable=None):
        flags = settings.flags(
            name,
            epochs=QUICK_EPOCHS if settings.quick else EPOCHS[name],
            max_examples=MAX_EXAMPLES[name],
            validation_fraction=VALIDATION_FRACTION,
        )
        rows.append(row_of(name, report_of(name, flags)))
    facts = {
        "unit": "milliseconds a training step, medians; on_top is a share of the steps alone",
        "validation_fraction": VALIDATION_FRACTION,
        "allowed_on_top": ALLOWED_ON_TOP,
        "environment": recording.environment(PACKAGES, referee.THREADS),
    }
    return rows, facts


def report_of(name: str, flags: list[str]) -> dict[str, Any]:
    """What a run of its own tells of its parts."""
    module = "benchmarks.contenders.kerasae_parts"
    with tempfile.TemporaryDirectory() as folder:
        process = referee.start(
            ["-m", module, folder, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        answer, errors = process.communicate()
    if process.returncode:
        raise RunError(f"The parts of {name} can't be measured: {errors.strip()[-2000:]}")
    return json.loads(answer.splitlines()[-1])


def row_of(name: str, report: dict[str, Any]) -> dict[str, Any]:
    """One experiment's row from the seconds that were measured."""
    steps = report["steps"]
    epochs = report["epochs"][1:]  # The first one traces.

    def a_step(part: str) -> float:
        return statistics.median(epoch[part] for epoch in epochs) / steps

    # Each epoch is set against the steps alone in between its own; then the machine was the same.
    on_top = recording.summary([epoch["whole"] / epoch["steps_alone"] - 1 for epoch in epochs])
    milliseconds = {
        "forward": report["forward"],
        "backward": report["forward_and_backward"] - report["forward"],
        "optimizer": report["step"] - report["forward_and_backward"],
        "steps_alone": a_step("steps_alone"),
        "pipeline_alone": report["pipeline"],
        "callbacks": a_step("callbacks"),
        "epoch_callbacks": a_step("epoch_callbacks"),
        "validation": a_step("validation"),
        "whole_epoch": a_step("whole"),
    }
    return {
        "experiment": name,
        "steps": steps,
        "batch_size": report["batch_size"],
        **{part: round(seconds * 1000, 3) for part, seconds in milliseconds.items()},
        "on_top": round(on_top.median, 4),
        "on_top_spread": round(on_top.spread, 4),
        "epochs": on_top.count,
    }


HEADER = {
    "experiment": "experiment",
    "batch_size": "batch",
    "forward": "forward",
    "backward": "backward",
    "optimizer": "optimizer, metrics",
    "steps_alone": "step alone",
    "callbacks": "callbacks",
    "epoch_callbacks": "checkpoint, history",
    "validation": "validation",
    "pipeline_alone": "pipeline alone",
    "whole_epoch": "whole epoch / steps",
    "on_top": "on top of the steps",
}


def table(rows: list[dict[str, Any]], facts: dict[str, Any]) -> str:
    """The rows in Markdown."""
    cells = [
        [
            f"{row[name]:+.1%} ± {row['on_top_spread']:.1%}" if name == "on_top"
            else f"{row[name]:.2f}" if isinstance(row[name], float) else str(row[name])
            for name in HEADER
        ]
        for row in rows
    ]  # fmt: skip
    return (
        "Milliseconds a training step. What comes once an epoch is divided by its steps; the "
        f"validation is on {facts['validation_fraction']:.0%} held out; the pipeline is shown with "
        "nothing else to do. Callbacks, validation and waiting for the pipeline together may cost "
        f"{facts['allowed_on_top']:.0%} on top of the steps.\n\n"
        + recording.markdown(list(HEADER.values()), cells)
    )
