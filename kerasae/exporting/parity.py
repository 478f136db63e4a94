"""Whether exported files do what the Keras model does; what falls short is refused with numbers."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import RunError
from kerasae.exporting import closeness, fresh_process, standalone
from kerasae.exporting.call import Call, Checked
from kerasae.exporting.exported import Exported
from kerasae.exporting.fresh_process import Answers
from kerasae.names import CODE, IMAGE, RECONSTRUCTION, scores_of

# Of an 8-bit file: how much larger its reconstruction error may be, as a share of the
# model's, and how much smaller the accuracy through it.
MORE_ERROR = 0.10
LESS_ACCURACY = 0.005
LINEAR = "linear"


@dataclasses.dataclass(frozen=True)
class Judged:
    """Test images with what an 8-bit file's effect is measured by.

    Attributes:
        images: uint8 `(n, height, width, channels)`, 256 or more where there are, and no
            more than an 8-bit file is tried with.
        labels: int64 `(n,)`; None for a dataset without labels.
        linear: Codes to class numbers by the linear readout; None without labels.
    """

    images: np.ndarray
    labels: np.ndarray | None
    linear: Callable[[np.ndarray], np.ndarray] | None


def check(
    exported: Exported,
    expected: dict[str, np.ndarray],
    folder: Path,
    calls: list[Call],
    judged: Judged,
) -> list[Checked]:
    """Runs every call in a fresh process and compares it with the Keras model.

    Args:
        exported: What was exported.
        expected: `exported.expected` of the judged images.
        folder: Where it was written.
        calls: What to run.
        judged: What to run it on.

    Raises:
        RunError: that lists everything that falls short.
    """
    inputs = {IMAGE: judged.images, CODE: expected[CODE]}
    found, complaints = [], []
    for call, answers in zip(calls, fresh_process.run(folder, calls, inputs), strict=True):
        result = {"images": len(answers.whole), "batch_sizes": [*standalone.TRIED]}
        try:
            if call.tolerance is None:
                result |= _eight_bit(call, answers, exported, expected, judged)
            else:
                result |= _float(call, answers, expected[call.expected])
        except RunError as error:
            complaints.append(str(error))
        found.append(Checked(call, {**answers.details, **result}, answers.whole))
    if complaints:
        raise RunError("Nothing is published. " + " ".join(complaints))
    return found


def _float(call: Call, answers: Answers, wanted: np.ndarray) -> dict[str, float]:
    """The largest difference over all batch sizes."""
    differences = [
        closeness.require_close(call, got, wanted[: len(got)])
        for got in (*answers.tried, answers.whole)
    ]
    return {"difference": max(differences)}


def _eight_bit(
    call: Call,
    answers: Answers,
    exported: Exported,
    expected: dict[str, np.ndarray],
    judged: Judged,
) -> dict[str, Any]:
    """Same answers at all batch sizes, and an effect within the limits."""
    for got in answers.tried:
        whole = answers.whole[: len(got)].astype(np.int64)
        if got.shape != whole.shape or np.max(np.abs(got - whole), initial=0) > 1:
            raise RunError(f"{call.path} gives other answers to a batch of {len(got)}.")
    values = standalone.dequantised(answers.whole, answers.details["output"])
    effects = _effects(call, values, exported, expected, judged)
    short = [
        f"{call.path}: {effect['what']} is {effect['quantised']:.4g} where the Keras model's is "
        f"{effect['model']:.4g}; allowed is {effect['allowed']:.4g}."
        for effect in effects
        if not effect["within"]
    ]
    if short:
        raise RunError(" ".join(short))
    return {"effects": [{k: v for k, v in e.items() if k != "within"} for e in effects]}


def _effects(
    call: Call,
    values: np.ndarray,
    exported: Exported,
    expected: dict[str, np.ndarray],
    judged: Judged,
) -> list[dict[str, Any]]:
    """What an 8-bit file's answers are worth beside the Keras model's."""
    if call.expected == RECONSTRUCTION:
        return [_error(values, expected)]
    if call.expected == CODE:
        decoded = exported.autoencoder.decoder.predict(values, batch_size=250, verbose=0)
        effects = [_error(decoded, expected)]
        if judged.linear is not None:
            right = [judged.linear(codes) == judged.labels for codes in (values, expected[CODE])]
            effects.append(_accuracy("linear-readout accuracy", *right))
        return effects
    head = next(h for name, h in exported.heads.items() if scores_of(name) == call.expected)
    labels = np.asarray(head.labels)
    right = [
        labels[scores.argmax(axis=1)] == judged.labels
        for scores in (values, expected[call.expected])
    ]
    return [_accuracy("accuracy", *right)]


def _error(reconstruction: np.ndarray, expected: dict[str, np.ndarray]) -> dict[str, Any]:
    units = expected[IMAGE].astype(np.float32) / 255
    model, quantised = (
        float(np.mean(np.square(images - units), dtype=np.float64))
        for images in (expected[RECONSTRUCTION], reconstruction)
    )
    allowed = model * (1 + MORE_ERROR)
    return _effect("the reconstruction error (MSE per pixel)", model, quantised, allowed, -1)


def _accuracy(what: str, quantised: np.ndarray, model: np.ndarray) -> dict[str, Any]:
    model, quantised = float(np.mean(model)), float(np.mean(quantised))
    return _effect(f"the {what}", model, quantised, model - LESS_ACCURACY, 1)


def _effect(what: str, model: float, quantised: float, allowed: float, sign: int) -> dict[str, Any]:
    within = bool(sign * quantised >= sign * allowed)
    return {
        "what": what,
        "model": model,
        "quantised": quantised,
        "allowed": allowed,
        "within": within,
    }
