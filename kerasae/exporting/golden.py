"""`golden.npz`: a few test images with the outputs that every function has to give.

`image` and `code` are the inputs; `code`, `reconstruction`, `mse_per_pixel` and
`scores_<head>` the Keras model's outputs. The outputs of an 8-bit
file's functions are under `<path>/<function>`, as stored, and what an 8-bit decoder was given under
`<path>/code`.
"""

from pathlib import Path

import numpy as np

from kerasae import arrays
from kerasae.config import RunError
from kerasae.exporting import closeness, fresh_process, target
from kerasae.exporting.bundle import GOLDEN
from kerasae.exporting.call import Call, CheckedCall
from kerasae.exporting.quantisation import quantised
from kerasae.names import CODE, IMAGE

COUNT = 16
# Differences of 8-bit outputs that are allowed, in steps: other processors round some sums the
# other way, and each layer can carry that on.
MAX_MEAN_STEPS, MAX_STEPS = 1, 12


def write(folder: Path, expected: dict[str, np.ndarray], checked: list[CheckedCall]) -> None:
    """Writes the first test images with their outputs."""
    golden = {name: array[:COUNT] for name, array in expected.items()}
    for item in checked:
        if item.call.tolerance is not None:
            continue
        golden[item.call.golden] = item.outputs[:COUNT]
        if item.call.given == CODE:
            given = quantised(golden[CODE], item.found["input"])
            golden[f"{item.call.path}/{CODE}"] = given
    np.savez_compressed(folder / GOLDEN, **golden)


def check(folder: Path, calls: list[Call]) -> None:
    """Runs every function of a version folder on the golden images.

    Args:
        folder: The version folder.
        calls: Its functions, from `implied.calls`.

    Raises:
        RunError: that names every function with other outputs, or where files
            are damaged or would do more than compute.
    """
    named = [call.golden for call in calls]
    golden = _read(folder / GOLDEN, named)
    inputs = {name: golden[name] for name in (IMAGE, CODE)}
    expected = [golden[name] for name in named]
    for name, path in dict.fromkeys((call.target, call.path) for call in calls):
        target.load(name).require_contained(folder / path)
    outputs = fresh_process.run(folder, calls, inputs)
    complaints = [
        complaint
        for call, output, array in zip(calls, outputs, expected, strict=True)
        for found in (*output.tried, output.whole)
        if (complaint := _complaint(call, found, array[: len(found)]))
    ]
    if complaints:
        raise RunError(" ".join(dict.fromkeys(complaints)))


def _read(path: Path, named: list[str]) -> dict[str, np.ndarray]:
    """The images, and as many numbers or arrays of them under each name."""
    golden = arrays.read(path, IMAGE, CODE, *named)
    for name in (IMAGE, CODE, *named):
        if golden[name].dtype.kind not in "iuf" or not golden[name].ndim:
            raise RunError(f"{path} is damaged: {name!r} isn't an array of numbers.")
    counts = {len(golden[name]) for name in (IMAGE, CODE, *named)}
    if len(counts) > 1 or 0 in counts:
        raise RunError(f"{path} is damaged: it holds no image, or not all of each image.")
    return golden


def _complaint(call: Call, found: np.ndarray, expected: np.ndarray) -> str | None:
    """The reason why outputs aren't those that were published; None where they are."""
    if call.tolerance is not None:
        try:
            closeness.require_close(call, found, expected)
        except RunError as error:
            return str(error)
        return None
    if (found.shape, found.dtype) != (expected.shape, expected.dtype):
        return (
            f"The {call.title} gives {found.dtype} {found.shape}, not {expected.dtype} "
            f"{expected.shape}."
        )
    steps = np.abs(found.astype(np.int64) - expected)
    if steps.mean() > MAX_MEAN_STEPS or steps.max() > MAX_STEPS:
        return (
            f"The {call.title} gives other outputs than when it was exported: by {steps.max()} "
            f"steps of 255 at most, {steps.mean():.2g} on average."
        )
    return None
