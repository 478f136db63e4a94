"""The function of an exported file that makes codes of images, wherever the file comes from."""

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae.config import ConfigError, RunError, require_known
from kerasae.exporting import graph, litert
from kerasae.exporting.artefact.config import ENCODE
from kerasae.exporting.quantisation import dequantised
from kerasae.exporting.targets import saved_model, tflite
from kerasae.names import CODE, MSE_PER_PIXEL
from kerasae.quiet import silenced

SCORE = "score"
# The size of an axis that isn't fixed, and the beginnings of the dtypes that are numbers.
ANY = -1
NUMBERS = ("float", "bfloat", "int", "uint")
# What LiteRT says of an operator of somebody's own, or of TensorFlow's.
FOREIGN_OPERATORS = ("unresolved custom op", "Select TensorFlow op")


@dataclasses.dataclass(frozen=True)
class CodeFunction:
    """A function from images to codes.

    Attributes:
        path: The file.
        run: Images in the form of `given` to outputs as stored, by name where
            there may be several.
        given: Details of the input: `name`, `shape`, `dtype`, and where it is
            quantised `scale` and `zero_point`.
        gives: The same of the output that is the code.
        errors: float32 images in [0, 1] to `mse_per_pixel` `(batch,)`; None
            where the file has no such function.
    """

    path: Path
    run: Callable[[np.ndarray], Any]
    given: dict[str, Any]
    gives: dict[str, Any]
    errors: Callable[[Any], np.ndarray] | None = None

    @property
    def size(self) -> int:
        """Numbers in a code."""
        return int(np.prod(self.gives["shape"][1:]))

    def encode(self, images: tf.Tensor) -> np.ndarray:
        """Codes of images in [0, 1].

        Args:
            images: float32 `(batch, height, width, channels)`.

        Returns:
            float32 `(batch, size)`; a function of single images is called for each.

        Raises:
            RunError: where it fails, or its output isn't as the file says.
        """
        values = _as_given(images, self.given)
        batch = 1 if self.given["shape"][0] == 1 else len(values)
        try:
            stored = [self._code(values[at : at + batch]) for at in range(0, len(values), batch)]
            whole = dequantised(np.concatenate(stored), self.gives)
            return whole.reshape(len(values), self.size).astype(np.float32)
        except Exception as error:  # Whatever a foreign graph may raise.
            raise RunError(
                f"{self.path} can't make codes of {batch} image(s) {values.shape[1:]} "
                f"{_reason(error)}."
            ) from error

    def _code(self, values: np.ndarray) -> np.ndarray:
        outputs = self.run(values)
        return outputs[self.gives["name"]] if isinstance(outputs, dict) else outputs


def open_saved_model(path: Path, signature: str, trust: bool = False) -> CodeFunction:
    """Opens a signature of a SavedModel.

    Args:
        path: The folder.
        signature: Name of the function.
        trust: Whether to run a graph that can do more than compute.

    Raises:
        ConfigError: for a signature that isn't there or doesn't make codes of images.
        RunError: for a folder that can't be read, or without `trust` a graph
            that can do more than compute.
    """
    if not trust:
        graph.require_contained(path)
    try:
        runner = saved_model.Runner(path)
    except Exception as error:  # TensorFlow raises whatever the damage happens to cause.
        raise _unreadable(path, "a SavedModel", error) from error
    require_known("--signature", signature, runner.functions)
    inputs = runner.inputs(signature)
    if len(inputs) != 1:
        raise ConfigError(
            f"--signature={signature} must take one input. Received: {', '.join(inputs) or 'none'}."
        )
    details = runner.details(signature)
    function = CodeFunction(
        path,
        lambda values: runner.run(signature, values),
        details["input"],
        _code_output(details["outputs"], path),
        _errors(runner) if signature == ENCODE else None,
    )
    _require_codes_of_images(function)
    return function


def open_tflite(path: Path) -> CodeFunction:
    """Opens a `.tflite` file: of kerasae's the function for any batch, otherwise the first.

    Raises:
        ConfigError: where it doesn't make codes of images.
        RunError: for a file that can't be read.
    """
    try:
        with silenced():
            runner = litert.Runner(path, threads=os.cpu_count())
    except Exception as error:  # LiteRT, too.
        if any(words in str(error) for words in FOREIGN_OPERATORS):
            raise RunError(
                f"{path} needs operators that are not part of LiteRT {_reason(error)}."
            ) from error
        raise _unreadable(path, "a TFLite file of one input and one output", error) from error
    name = next((name for name in runner.functions if name.endswith(tflite.ANY_BATCH)), "")
    details = runner.details(name)
    function = CodeFunction(
        path, lambda values: runner.run(name, values), details["input"], details["output"]
    )
    _require_codes_of_images(function)
    return function


def _require_codes_of_images(function: CodeFunction) -> None:
    """Refuses a function by the details of its input and of its output.

    Raises:
        ConfigError: where it doesn't take images, or not as many as there are,
            or doesn't give numbers of a known count for each.
    """
    given, gives, path = function.given, function.gives, function.path
    takes, shape = given["shape"] or [], gives["shape"] or []
    # 8-bit integers with a sign are images only where the file says how they are made.
    dtypes = ("uint8", "float32", *(("int8",) if "scale" in given else ()))
    if len(takes) != 4 or given["dtype"] not in dtypes:
        raise ConfigError(
            f"--saved_model={path}: the function must take images (batch, height, width, "
            f"channels) as uint8 or float32. Received: {_described(given)}."
        )
    if takes[0] not in (ANY, 1):
        raise ConfigError(
            f"--saved_model={path}: the function must take batches of any size, or single images. "
            f"Received: batches of {takes[0]}, {_described(given)}."
        )
    if len(shape) < 2 or min(shape[1:]) < 1 or not gives["dtype"].startswith(NUMBERS):
        raise ConfigError(
            f"--saved_model={path}: the function must give a code (batch, size) of known size, in "
            f"numbers. Received: {_described(gives)}."
        )


def _described(tensor: dict[str, Any]) -> str:
    """Dtype and shape of an input or output, for a message."""
    shape = "of unknown shape" if tensor["shape"] is None else tensor["shape"]
    return f"{tensor['dtype']} {shape}"


def _errors(runner: saved_model.Runner) -> Callable[[Any], np.ndarray] | None:
    """Reconstruction errors of images by `score`, where it is kerasae's."""
    if SCORE not in runner.functions or len(runner.inputs(SCORE)) != 1:
        return None
    details = runner.details(SCORE)
    if MSE_PER_PIXEL not in [output["name"] for output in details["outputs"]]:
        return None
    given = details["input"]
    return lambda images: runner.run(SCORE, _as_given(images, given))[MSE_PER_PIXEL]


def _code_output(outputs: list[dict[str, Any]], path: Path) -> dict[str, Any]:
    """Details of the output that is the code: the one of that name, or the only one.

    Raises:
        ConfigError: where it isn't clear which that is.
    """
    named = {output["name"]: output for output in outputs}
    if CODE in named:
        return named[CODE]
    if len(named) != 1:
        raise ConfigError(
            f"--saved_model={path}: the signature must give one output, or one named '{CODE}'. "
            f"Received: {', '.join(named)}."
        )
    return outputs[0]


def _as_given(images: tf.Tensor, given: dict[str, Any]) -> np.ndarray:
    """Images in [0, 1] in the form that a function takes them."""
    if given["dtype"] == "uint8" and "scale" not in given:
        return np.rint(images.numpy() * 255).astype(np.uint8)
    return images.numpy()  # A TFLite file's runner quantises by itself.


def _unreadable(path: Path, kind: str, error: Exception) -> RunError:
    return RunError(f"{path} can't be read as {kind}: it is damaged or foreign {_reason(error)}.")


def _reason(error: Exception) -> str:
    """An error of another library in one line."""
    reason = str(error).splitlines()[0][:200] if str(error) else ""
    return f"({type(error).__name__}: {reason})"
