"""Parts of an export as the bytes of TFLite files: built-in operators only, in any precision."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.exporting.contents import INT8
from kerasae.exporting.exported import Exported
from kerasae.exporting.relus_apart import relus_apart
from kerasae.names import CODE, IMAGE
from kerasae.ops import convolutions


def examples(exported: Exported, images: np.ndarray) -> dict[str, np.ndarray]:
    """Examples of images and of codes as inputs, float32.

    One pixel of the first image is made black and one white, so that the range
    of images is exactly 0 to 1 and a uint8 input means what it says.

    Args:
        exported: Makes the codes.
        images: uint8 `(n, height, width, channels)` of the model's size.
    """
    unit = pixels.to_unit(images).numpy()
    unit[0].flat[[0, -1]] = 0, 1
    codes = exported.autoencoder.encoder(unit, training=False)
    return {IMAGE: unit, CODE: tf.cast(codes, tf.float32).numpy()}


def write_sources(exported: Exported, folder: Path, batches: Mapping[str, int | None]) -> None:
    """Writes the SavedModels to convert, `<part>/`: signatures in plain operations.

    A part has one of its own because the converter loads all that is in it, twice for each file.

    Args:
        exported: Whose parts are functions.
        folder: Where to.
        batches: The size of a function's batch, None for any, by the end of its name behind the
            part's.
    """
    exported = dataclasses.replace(exported, autoencoder=relus_apart(exported.autoencoder))
    with convolutions.plain():
        for name, part in exported.contents.parts.items():
            archive = keras.export.ExportArchive()
            model = exported.models[name]
            function = _function(model, part.gives)
            for suffix, batch in batches.items():
                spec = tf.TensorSpec((batch, *model.input.shape[1:]), tf.float32, name=part.given)
                archive.add_endpoint(f"{name}{suffix}", function, input_signature=[spec])
            archive.write_out(folder / name, verbose=False)


def converted(
    source: Path,
    functions: Sequence[str],
    precision: str,
    given: str,
    values: np.ndarray,
    stored: tf.DType = tf.uint8,
) -> bytes:
    """A file with some functions of a SavedModel, over the same weights.

    Args:
        source: The SavedModel's folder.
        functions: Names of its signatures.
        precision: One of `contents.PRECISIONS`.
        given: Name of their input.
        values: Examples of it, which give the tensors of an 8-bit file their ranges.
        stored: What an 8-bit file takes and gives.

    Raises:
        RunError: with the reason, where built-in operators won't do.
    """
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(source), signature_keys=list(functions)
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == INT8:
        converter.representative_dataset = lambda: _one_by_one(functions, given, values)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = stored
    try:
        return converter.convert()
    except Exception as error:  # The converter raises whatever comes up in its C++.
        reason = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
        raise RunError(reason[:300]) from error


def _function(model: keras.Model, gives: str):
    def function(given):
        return {gives: tf.cast(model(given, training=False), tf.float32)}

    return function


def _one_by_one(
    functions: Sequence[str], given: str, values: np.ndarray
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    for function in functions:
        for value in values:
            yield function, {given: value[np.newaxis]}
