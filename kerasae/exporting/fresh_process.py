"""Runs exported files in a process of its own, where there is no kerasae."""

import dataclasses
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import RunError
from kerasae.exporting import standalone
from kerasae.exporting.call import Call


@dataclasses.dataclass(frozen=True)
class Answers:
    """What one call gave.

    Attributes:
        details: What the file says of its input and output.
        tried: Outputs for the first image and for the first seven.
        whole: For all.
    """

    details: dict[str, Any]
    tried: tuple[np.ndarray, ...]
    whole: np.ndarray


def run(folder: Path, calls: list[Call], inputs: dict[str, np.ndarray]) -> list[Answers]:
    """Loads every file anew and runs it in batches of 1, 7 and 250.

    Args:
        folder: The version folder.
        calls: What to run.
        inputs: `image`, uint8, and `code`, float32.

    Returns:
        The answers to each call, as stored: 8-bit ones aren't dequantised.

    Raises:
        RunError: where the process fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        job = Path(scratch)
        plan = {
            "folder": str(folder.resolve()),
            "calls": [dataclasses.asdict(call) for call in calls],
        }
        (job / "job.json").write_text(json.dumps(plan), encoding="utf-8")
        np.savez(job / "inputs.npz", **inputs)
        # -P keeps the script's own folder, kerasae's, out of the import path.
        done = subprocess.run(
            [sys.executable, "-P", standalone.__file__, str(job)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RunError(f"The exported files can't be run: {_reason(done)}")
        details = json.loads((job / "details.json").read_text(encoding="utf-8"))
        with np.load(job / "outputs.npz", allow_pickle=False) as stored:
            outputs = dict(stored)
    return [_answers(number, call, details[number], outputs) for number, call in enumerate(calls)]


def _reason(done: subprocess.CompletedProcess) -> str:
    if done.returncode < 0:
        return f"the process was ended by signal {-done.returncode}."
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1][:500] if lines else f"exit code {done.returncode}."


def _answers(number: int, call: Call, details: dict, outputs: dict[str, np.ndarray]) -> Answers:
    of_call = [
        outputs[f"{number}/{batch}/{call.answer}"] for batch in range(len(standalone.TRIED) + 1)
    ]
    return Answers(details, tuple(of_call[:-1]), of_call[-1])
