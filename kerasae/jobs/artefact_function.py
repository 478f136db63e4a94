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
from kerasae.exporting.names import CODE, ERROR
from kerasae.jobs.artefact_checks import ENCODE

SCORE = "score"


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


def _errors(loaded: Any) -> Callable[[Any], np.ndarray] | None:
    """What `score` tells of images, where it is kerasae's."""
    function = loaded.signatures[SCORE]
    if len(function.structured_input_signature[1]) != 1 or ERROR not in function.structured_outputs:
        return None
    score = standalone.SavedModel(loaded, SCORE)
    return lambda images: score(as_given(images, score.details["input"]))[ERROR]


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
    reason = str(error).splitlines()[0][:200] if str(error) else ""
    return RunError(
        f"{path} can't be read as {what}: it is damaged or foreign "
        f"({type(error).__name__}: {reason})."
    )
