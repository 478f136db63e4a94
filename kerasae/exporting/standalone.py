"""Runs exported files with nothing of kerasae, as anyone would who was given them.

This file imports no module of kerasae and is run as a script in a process where
importing kerasae is an error:

    python -P standalone.py JOB_FOLDER

The job is `job.json`, `inputs.npz` and, for every export target, the source of
its `Runner` in `runners/`; outputs go to `outputs.npz` and `details.json`.
"""

import json
import runpy
import sys
from pathlib import Path

import numpy as np

# Sizes of the batches that every function is tried with, and of those for the rest.
TRIED, CHUNK = (1, 7), 250


def in_batches(function, values):
    """Outputs for the first, for the first seven, and for all values, by output name.

    Returns:
        A dict for each of the two tried batch sizes and one for all.
    """
    chunks = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
    tried = [_named(function(values[:size])) for size in TRIED]
    parts = [_named(function(chunk)) for chunk in chunks]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return [*tried, whole]


def _named(outputs):
    return outputs if isinstance(outputs, dict) else {"": outputs}


def opened(job_folder, folder, calls):
    """Yields the runner of every call; a file is opened once for the calls that follow."""
    runner, key = None, None
    for call in calls:
        if key != (call["target"], call["path"]):
            key = (call["target"], call["path"])
            runners = runpy.run_path(str(job_folder / "runners" / f"{call['target']}.py"))
            runner = runners["Runner"](folder / call["path"])
        yield runner


def run(job_folder):
    """Does the job in a folder."""
    job = json.loads((job_folder / "job.json").read_text(encoding="utf-8"))
    with np.load(job_folder / "inputs.npz", allow_pickle=False) as stored:
        inputs = dict(stored)
    inputs["unit"] = inputs["image"].astype(np.float32) * np.float32(1 / 255)
    outputs, details = {}, []
    runners = opened(job_folder, Path(job["folder"]), job["calls"])
    for number, (call, runner) in enumerate(zip(job["calls"], runners, strict=True)):
        name = call["function"]
        details.append(runner.details(name))
        values = inputs[call["given"]][: call["count"]]
        batches = in_batches(
            lambda batch, name=name, runner=runner: runner.run(name, batch), values
        )
        for batch, found in enumerate(batches):
            outputs |= {f"{number}/{batch}/{output}": array for output, array in found.items()}
    np.savez(job_folder / "outputs.npz", **outputs)
    (job_folder / "details.json").write_text(json.dumps(details), encoding="utf-8")


if __name__ == "__main__":
    sys.modules["kerasae"] = None
    run(Path(sys.argv[1]))
