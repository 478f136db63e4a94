"""`golden.npz`: a few test images and what every function has to make of them.

`image` and `code` are the inputs; `code`, `reconstruction`, `mse_per_pixel` and
`scores_<head>` the Keras model's answers. An 8-bit file's own answers are under
its path, as stored.
"""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import RunError
from kerasae.exporting import closeness, fresh_process, manifest
from kerasae.exporting.bundle import GOLDEN
from kerasae.exporting.call import Call, Checked
from kerasae.names import CODE, IMAGE

COUNT = 16
# Of 8-bit answers, in steps: other processors round some sums the other way, and each
# layer can carry that on.
MEAN_STEPS, MOST_STEPS = 1, 12


def write(folder: Path, expected: dict[str, np.ndarray], checked: list[Checked]) -> None:
    """Writes the first test images with their answers."""
    arrays = {name: array[:COUNT] for name, array in expected.items()}
    arrays |= {
        item.call.path: item.answers[:COUNT] for item in checked if item.call.tolerance is None
    }
    np.savez_compressed(folder / GOLDEN, **arrays)


def check(folder: Path, content: dict[str, Any]) -> int:
    """Runs every function of a version folder on the golden images.

    Args:
        folder: The version folder.
        content: Its manifest.

    Returns:
        How many functions were run.

    Raises:
        RunError: that names what gives other answers, or where files are damaged.
    """
    try:
        with np.load(folder / GOLDEN, allow_pickle=False) as stored:
            golden = dict(stored)
        calls = manifest.calls(content)
        inputs = {name: golden[name] for name in (IMAGE, CODE)}
        wanted = [golden[call.expected if call.tolerance else call.path] for call in calls]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"{folder / GOLDEN} is damaged: {error}.") from None
    answers = fresh_process.run(folder, calls, inputs)
    complaints = [
        complaint
        for call, given, array in zip(calls, answers, wanted, strict=True)
        for got in (*given.tried, given.whole)
        if (complaint := _complaint(call, got, array[: len(got)]))
    ]
    if complaints:
        raise RunError(" ".join(dict.fromkeys(complaints)))
    return len(calls)


def _complaint(call: Call, got: np.ndarray, wanted: np.ndarray) -> str | None:
    if call.tolerance is not None:
        try:
            closeness.require_close(call, got, wanted)
        except RunError as error:
            return str(error)
        return None
    if got.shape != wanted.shape or got.dtype != wanted.dtype:
        return f"{call.path} gives {got.dtype} {got.shape}, not {wanted.dtype} {wanted.shape}."
    steps = np.abs(got.astype(np.int64) - wanted)
    if steps.mean() > MEAN_STEPS or steps.max() > MOST_STEPS:
        return (
            f"{call.path} gives other answers than when it was exported: by {steps.max()} steps of "
            f"255 at most, {steps.mean():.2g} on average."
        )
    return None
