"""The function of an exported file that makes codes of images, wherever the file comes from."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae.cli_flags import silenced
from kerasae.config import ConfigError, RunError, require_known
from kerasae.exporting import standalone
from kerasae.exporting.artefact_checks import ENCODE
from kerasae.names import CODE, MSE_PER_PIXEL

SCORE = "score"
# The size of an axis that isn't fixed, and the beginnings of the dtypes that are numbers.
ANY = -1
NUMBERS = ("float", "bfloat", "int", "uint")


def of_saved_model(
    path: Path, signature: str
) -> tuple[standalone.SavedModel, Callable[[Any], np.ndarray] | None]:
    """A signature, and what tells reconstruction errors of images where there is such a one.

    Raises:
        ConfigError: for a signature that isn't there or takes more than one input.
        RunError: for a folder that can't be read.
    """
    try:
        loaded = tf.saved_model.load(str(path))
        signatures = loaded.signatures
    except Exception as error:  # TensorFlow raises whatever the damage happens to cause.
        raise _unreadable(path, "a SavedModel", error) from error
    require_known("--signature", signature, tuple(signatures))
    inputs = signatures[signature].structured_input_signature[1]
    if len(inputs) != 1:
        raise ConfigError(
            f"--signature={signature} must take one input. Received: {', '.join(inputs) or 'none'}."
        )
    errors = _errors(loaded) if signature == ENCODE and SCORE in signatures else None
    return standalone.SavedModel(loaded, signature), errors


def require_codes_of_images(given: dict[str, Any], gives: dict[str, Any], path: Path) -> None:
    """Refuses a function by what it tells of its input and of its output.

    Raises:
        ConfigError: where it doesn't take images, or not as many as there are,
            or doesn't give numbers of a known count for each.
    """
    takes, shape = given["shape"] or [], gives["shape"] or []
    # 8-bit integers with a sign are images only where it is told how they are made.
    dtypes = ("uint8", "float32", *(("int8",) if "scale" in given else ()))
    if len(takes) != 4 or given["dtype"] not in dtypes:
        raise ConfigError(
            f"--saved_model={path}: the function must take images (batch, height, width, "
            f"channels) as uint8 or float32. Received: {_told(given)}."
        )
    if takes[0] not in (ANY, 1):
        raise ConfigError(
            f"--saved_model={path}: the function must take batches of any size, or single images. "
            f"Received: batches of {takes[0]}, {_told(given)}."
        )
    if len(shape) < 2 or min(shape[1:]) < 1 or not gives["dtype"].startswith(NUMBERS):
        raise ConfigError(
            f"--saved_model={path}: the function must give a code (batch, size) of known size, in "
            f"numbers. Received: {_told(gives)}."
        )


def _told(tensor: dict[str, Any]) -> str:
    """Dtype and shape of an input or output, for a message."""
    shape = "of unknown shape" if tensor["shape"] is None else tensor["shape"]
    return f"{tensor['dtype']} {shape}"


def codes(
    function: Any, given: dict[str, Any], gives: dict[str, Any], path: Path, images: tf.Tensor
) -> np.ndarray:
    """What a function that was not refused makes of images in [0, 1].

    Returns:
        float32 `(batch, size)`; one that takes single images is called for each.

    Raises:
        RunError: where it fails, or gives other than it tells.
    """
    values = as_given(images, given)
    size = 1 if given["shape"][0] == 1 else len(values)
    try:
        stored = []
        for start in range(0, len(values), size):
            outputs = function(values[start : start + size])
            stored.append(outputs[gives["name"]] if isinstance(outputs, dict) else outputs)
        whole = standalone.dequantised(np.concatenate(stored), gives)
        return whole.reshape(len(values), int(np.prod(gives["shape"][1:]))).astype(np.float32)
    except Exception as error:  # Whatever a foreign graph may raise.
        raise RunError(
            f"{path} can't make codes of {size} image(s) {values.shape[1:]} {_reason(error)}."
        ) from error


def _errors(loaded: Any) -> Callable[[Any], np.ndarray] | None:
    """What `score` tells of images, where it is kerasae's."""
    function = loaded.signatures[SCORE]
    inputs, outputs = function.structured_input_signature[1], function.structured_outputs
    if len(inputs) != 1 or MSE_PER_PIXEL not in outputs:
        return None
    score = standalone.SavedModel(loaded, SCORE)
    return lambda images: score(as_given(images, score.details["input"]))[MSE_PER_PIXEL]


def of_tflite(path: Path) -> standalone.TFLite:
    """A file's only function; RunError where it can't be read."""
    try:
        with silenced():
            return standalone.TFLite(path, threads=os.cpu_count())
    except Exception as error:  # LiteRT, too.
        raise _unreadable(path, "a TFLite file of one input and one output", error) from error


def output_of(function: Any, path: Path) -> dict[str, Any]:
    """Details of the output that is the code: the only one, or the one named so.

    Raises:
        ConfigError: where it isn't clear which that is.
    """
    if "output" in function.details:
        return function.details["output"]
    outputs = {output["name"]: output for output in function.details["outputs"]}
    if CODE in outputs:
        return outputs[CODE]
    if len(outputs) != 1:
        raise ConfigError(
            f"--saved_model={path}: the signature must give one output, or one named '{CODE}'. "
            f"Received: {', '.join(outputs)}."
        )
    (only,) = outputs.values()
    return only


def as_given(images: tf.Tensor, given: dict[str, Any]) -> np.ndarray:
    """Images in [0, 1] in the form that a function takes them."""
    if given["dtype"] == "uint8" and "scale" not in given:
        return np.rint(images.numpy() * 255).astype(np.uint8)
    return images.numpy()  # `TFLite` quantises by itself.


def _unreadable(path: Path, what: str, error: Exception) -> RunError:
    return RunError(f"{path} can't be read as {what}: it is damaged or foreign {_reason(error)}.")


def _reason(error: Exception) -> str:
    """An error of another library in one line."""
    reason = str(error).splitlines()[0][:200] if str(error) else ""
    return f"({type(error).__name__}: {reason})"
