"""Comparison of exported files with the Keras model; what falls short is refused with numbers."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.data.spec import UNLABELLED
from kerasae.exporting import closeness, fresh_process, standalone
from kerasae.exporting.call import Call, CheckedCall
from kerasae.exporting.contents import INT8
from kerasae.exporting.exported import Exported
from kerasae.exporting.fresh_process import Outputs
from kerasae.exporting.quantisation import dequantised
from kerasae.models.autoencoder import mse_per_pixel
from kerasae.names import CODE, IMAGE, MSE_PER_PIXEL, RECONSTRUCTION, scores_of

# How much an 8-bit file may cost: reconstruction error, as a share of the model's, and
# accuracy of what is predicted through it.
MORE_ERROR = 0.10
LESS_ACCURACY = 0.005
LINEAR = "linear"
BATCH = 250


@dataclasses.dataclass(frozen=True)
class EvaluationImages:
    """Test images, and what the effect of an 8-bit file is measured by.

    Attributes:
        images: uint8 `(n, height, width, channels)`, 256 or more where there are, and no
            more than an 8-bit file is tried with.
        labels: int64 `(n,)`, -1 for an image without one; None where none has one.
        linear: Codes to class numbers by the linear readout; None without labels.
    """

    images: np.ndarray
    labels: np.ndarray | None
    linear: Callable[[np.ndarray], np.ndarray] | None

    def correct(self, predicted: np.ndarray) -> np.ndarray:
        """Which of the images that have a label are predicted correctly, boolean."""
        return (predicted == self.labels)[self.labels != UNLABELLED]


def check(
    exported: Exported,
    expected: dict[str, np.ndarray],
    folder: Path,
    calls: list[Call],
    evaluation: EvaluationImages,
) -> list[CheckedCall]:
    """Runs every call in a fresh process and compares it with the Keras model.

    Args:
        exported: The parts that were exported.
        expected: `exported.expected` of the evaluation images.
        folder: The folder that they were written to.
        calls: The functions to run.
        evaluation: The images to run them on.

    Raises:
        RunError: that lists everything that falls short.
    """
    inputs = {IMAGE: evaluation.images, CODE: expected[CODE]}
    checked, complaints, short = [], [], []
    for call, outputs in zip(calls, fresh_process.run(folder, calls, inputs), strict=True):
        result = {"images": len(outputs.whole), "batch_sizes": [*standalone.TRIED]}
        try:
            if call.tolerance is None:
                result |= _check_eight_bit(call, outputs, exported, expected, evaluation)
            else:
                result |= _check_float(call, outputs, expected[call.expected])
        except RunError as error:
            complaints.append(str(error))
            short.append(call)
        checked.append(CheckedCall(call, {**outputs.details, **result}, outputs.whole))
    if complaints:
        raise RunError(f"Nothing is published. {' '.join(complaints)} {_remedy(short)}")
    return checked


def _remedy(short: list[Call]) -> str:
    """The flag that leaves out what falls short."""
    if all(call.tolerance is None for call in short):
        return f"Without {INT8} in --precisions the rest can be exported."
    targets = ", ".join(dict.fromkeys(call.target for call in short))
    return f"Without {targets} in --targets the rest can be exported."


def _check_float(call: Call, outputs: Outputs, expected: np.ndarray) -> dict[str, float]:
    """The largest difference over all batch sizes."""
    differences = [
        closeness.require_close(call, found, expected[: len(found)])
        for found in (*outputs.tried, outputs.whole)
    ]
    return {"difference": max(differences)}


def _check_eight_bit(
    call: Call,
    outputs: Outputs,
    exported: Exported,
    expected: dict[str, np.ndarray],
    evaluation: EvaluationImages,
) -> dict[str, Any]:
    """Requires the same outputs at all batch sizes, and an effect within the limits."""
    for found in outputs.tried:
        whole = outputs.whole[: len(found)].astype(np.int64)
        if found.shape != whole.shape or np.max(np.abs(found - whole), initial=0) > 1:
            raise RunError(f"The {call.title} gives other outputs for a batch of {len(found)}.")
    values = dequantised(outputs.whole, outputs.details["output"])
    effects = _effects(call, values, exported, expected, evaluation)
    short = [
        f"{call.title}: {effect['what']} is {effect['quantised']:.4g} where the Keras model's is "
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
    evaluation: EvaluationImages,
) -> list[dict[str, Any]]:
    """Error or accuracy with an 8-bit file's outputs beside those with the Keras model's."""
    if call.expected == RECONSTRUCTION:
        return [_error_effect(values, expected)]
    if call.expected == CODE:
        decoded = exported.autoencoder.decoder.predict(values, batch_size=BATCH, verbose=0)
        effects = [_error_effect(decoded, expected)]
        if evaluation.linear is not None:
            predictions = (evaluation.linear(codes) for codes in (values, expected[CODE]))
            correct = [evaluation.correct(predicted) for predicted in predictions]
            effects.append(_accuracy_effect("linear-readout accuracy", *correct))
        return effects
    if evaluation.labels is None:
        return []
    head = next(h for name, h in exported.heads.items() if scores_of(name) == call.expected)
    labels = np.asarray(head.labels)
    correct = [
        evaluation.correct(labels[scores.argmax(axis=1)])
        for scores in (values, expected[call.expected])
    ]
    return [_accuracy_effect("accuracy", *correct)]


def _error_effect(reconstructions: np.ndarray, expected: dict[str, np.ndarray]) -> dict[str, Any]:
    images = expected[IMAGE]
    errors = [
        mse_per_pixel(pixels.to_unit(images[at : at + BATCH]), reconstructions[at : at + BATCH])
        for at in range(0, len(images), BATCH)
    ]
    quantised = float(np.mean(np.concatenate(errors), dtype=np.float64))
    model = float(np.mean(expected[MSE_PER_PIXEL], dtype=np.float64))
    allowed = model * (1 + MORE_ERROR)
    return _effect("the reconstruction error (MSE per pixel)", model, quantised, allowed, -1)


def _accuracy_effect(what: str, quantised: np.ndarray, model: np.ndarray) -> dict[str, Any]:
    """The effect on an accuracy, of which images are predicted correctly."""
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
