"""Runs exported files in a process of its own, where there is no kerasae."""

import dataclasses
import inspect
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from kerasae import registry
from kerasae.config import RunError
from kerasae.exporting import standalone
from kerasae.exporting.call import Call


@dataclasses.dataclass(frozen=True)
class Outputs:
    """Outputs of one call.

    Attributes:
        details: The file's own details of its input and output.
        tried: Outputs for the first image and for the first seven.
        whole: Outputs for all images.
    """

    details: dict[str, Any]
    tried: tuple[np.ndarray, ...]
    whole: np.ndarray


def run(folder: Path, calls: list[Call], inputs: dict[str, np.ndarray]) -> list[Outputs]:
    """Loads every file anew and runs it in batches of 1, 7 and 250.

    Args:
        folder: The version folder.
        calls: The functions to run.
        inputs: `image`, uint8, and `code`, float32.

    Returns:
        The outputs of each call, as stored: 8-bit ones aren't dequantised.

    Raises:
        RunError: where the process fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        job = Path(scratch)
        _write_job(job, folder, calls, inputs)
        done = run_script(standalone.__file__, job)
        if done.returncode:
            raise RunError(f"The exported files can't be run: {_reason(done)}")
        details = json.loads((job / "details.json").read_text(encoding="utf-8"))
        with np.load(job / "outputs.npz", allow_pickle=False) as stored:
            arrays = dict(stored)
    return [_outputs(number, call, details[number], arrays) for number, call in enumerate(calls)]


def run_script(script: str, job: Path) -> subprocess.CompletedProcess:
    """Runs a script of kerasae as anyone's: its own folder is not on the import path."""
    return subprocess.run(
        [sys.executable, "-P", script, str(job)], capture_output=True, text=True, check=False
    )


def _write_job(job: Path, folder: Path, calls: list[Call], inputs: dict[str, np.ndarray]) -> None:
    """Writes what `standalone` reads."""
    plan = {"folder": str(folder.resolve()), "calls": [dataclasses.asdict(call) for call in calls]}
    (job / "job.json").write_text(json.dumps(plan), encoding="utf-8")
    np.savez(job / "inputs.npz", **inputs)
    (job / "runners").mkdir()
    for name in {call.target for call in calls}:
        source = inspect.getsource(registry.load(registry.TARGETS, name, "--targets").Runner)
        # Annotations may name what the class itself doesn't import.
        text = f"from __future__ import annotations\n\n{source}\n"
        (job / "runners" / f"{name}.py").write_text(text, encoding="utf-8")


def _reason(done: subprocess.CompletedProcess) -> str:
    if done.returncode < 0:
        return f"the process was ended by signal {-done.returncode}."
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1][:500] if lines else f"exit code {done.returncode}."


def _outputs(number: int, call: Call, details: dict, arrays: dict[str, np.ndarray]) -> Outputs:
    batches = range(len(standalone.TRIED) + 1)
    of_call = [arrays[f"{number}/{batch}/{call.output}"] for batch in batches]
    return Outputs(details, tuple(of_call[:-1]), of_call[-1])
