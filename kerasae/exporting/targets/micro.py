"""The encoder in 8 bits as a C header for microcontrollers, for TensorFlow Lite Micro.

The header holds the model as an array, with what a program has to know of it: sizes, scales and
zero points, the operators to register and the bytes of its arena, measured. Images and codes are
int8; a pixel from 0 to 255 is stored as itself minus 128.
"""

import tempfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.exporting.call import Call
from kerasae.exporting.contents import INT8, Contents
from kerasae.exporting.exported import Exported
from kerasae.exporting.tflite_conversion import converted
from kerasae.names import CODE, ENCODER, IMAGE
from kerasae.ops import convolutions
from kerasae.quiet import silenced

DEFAULT = False
REQUIRES = ("tflite_micro",)
NEEDS_LINEAR_READOUT = True
CLIENT = ("LiteRT, in Python", "ai-edge-litert")
# An effect needs more images to be known.
COUNT = 10_000
NAME = FOLDER = "micro"
PATH = f"{FOLDER}/encoder_int8.h"
# The arena is known to this many bytes, and never taken for smaller.
ARENA_STEP = 1024
BYTES_A_LINE = 16
CARD = """
{% set output = functions[0].output %}

For microcontrollers, with TensorFlow Lite Micro: `{{ functions[0].path }}` holds the encoder in 8
bits as an array, with its sizes, scales and zero points, the operators to register and the bytes of
its arena. An image is int8, `(1, {{ image.height }}, {{ image.width }}, {{ image.channels }})`, \
each pixel its value from 0 to 255 minus 128; a code is int8,
real = {{ "%.6g" | format(output.scale) }} * (stored - {{ output.zero_point }}).
"""
HEADER = """\
/* The encoder of a convolutional autoencoder in 8 bits, for TensorFlow Lite Micro. Made by kerasae.

   Give it an image as int8 numbers, KERASAE_IMAGE_HEIGHT rows of KERASAE_IMAGE_WIDTH pixels of
   KERASAE_IMAGE_CHANNELS: each its value from 0 to 255, minus 128. It gives KERASAE_CODE_SIZE int8
   numbers; the code is KERASAE_CODE_SCALE * (stored - KERASAE_CODE_ZERO_POINT).

   Operators to register: {operators}. */

#ifndef KERASAE_ENCODER_INT8_H
#define KERASAE_ENCODER_INT8_H

#define KERASAE_IMAGE_HEIGHT {height}
#define KERASAE_IMAGE_WIDTH {width}
#define KERASAE_IMAGE_CHANNELS {channels}
#define KERASAE_IMAGE_SCALE {image_scale}f
#define KERASAE_IMAGE_ZERO_POINT ({image_zero})

#define KERASAE_CODE_SIZE {size}
#define KERASAE_CODE_SCALE {code_scale}f
#define KERASAE_CODE_ZERO_POINT ({code_zero})

/* What TensorFlow Lite Micro {micro}
   needs on a machine of 64 bits, to {step} bytes; pointers of 32 bits need less. */
#define KERASAE_ARENA_BYTES {arena}

#define KERASAE_MODEL_BYTES {bytes}

#ifdef __cplusplus
alignas(16)
#else
_Alignas(16)
#endif
static const unsigned char kerasae_encoder[KERASAE_MODEL_BYTES] = {{
{array}
}};

#endif
"""


def write(exported: Exported, folder: Path, representative: np.ndarray) -> None:
    """Writes `micro/encoder_int8.h`.

    The representative images give every tensor its range.

    Raises:
        RunError: for a model that TensorFlow Lite Micro can't run.
    """
    model = _converted(exported, pixels.to_unit(representative).numpy())
    given, gives = _ends(model)
    height, width, channels = exported.autoencoder.image_shape
    (folder / FOLDER).mkdir()
    text = HEADER.format(
        operators=", ".join(_operators(model)),
        height=height,
        width=width,
        channels=channels,
        image_scale=_float(given["quantization"][0]),
        image_zero=given["quantization"][1],
        size=exported.autoencoder.code_size,
        code_scale=_float(gives["quantization"][0]),
        code_zero=gives["quantization"][1],
        micro=_version(),
        step=ARENA_STEP,
        arena=_arena(model),
        bytes=len(model),
        array=_array(model),
    )
    (folder / PATH).write_text(text, encoding="utf-8")


def calls(contents: Contents) -> list[Call]:
    """The one function."""
    return [Call(NAME, PATH, "", IMAGE, CODE, "", None, COUNT)]


def require_contained(path: Path) -> None:
    """Nothing to refuse: LiteRT has no operator that reaches beyond the graph."""


def _converted(exported: Exported, unit: np.ndarray) -> bytes:
    """The encoder with a batch of 1; one pixel of an example is made black and one white.

    So the range of images is exactly 0 to 1, and a pixel minus 128 is what is stored.
    """
    encoder = exported.models[ENCODER]
    examples = unit.copy()
    examples[0].flat[[0, -1]] = 0, 1

    def function(image):
        return {CODE: tf.cast(encoder(image, training=False), tf.float32)}

    archive = keras.export.ExportArchive()
    spec = tf.TensorSpec((1, *encoder.input.shape[1:]), tf.float32, name=IMAGE)
    with tempfile.TemporaryDirectory() as scratch, silenced():
        with convolutions.plain():
            archive.add_endpoint(ENCODER, function, input_signature=[spec])
            archive.write_out(scratch, verbose=False)
        try:
            return converted(Path(scratch), [ENCODER], INT8, IMAGE, examples, tf.int8)
        except RunError as error:
            raise _impossible(error) from error


def _ends(model: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """LiteRT's details of the input and of the output."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model)
    (given,), (gives,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero_point = given["quantization"]
    if not (zero_point == -128 and abs(scale * 255 - 1) < 1e-6):
        raise RunError(f"{PATH} doesn't take images as they are: its input is {given}.")
    return given, gives


def _operators(model: bytes) -> list[str]:
    """Names of the operators in it, as TensorFlow Lite has them."""
    from tensorflow.lite.python import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    read = schema.Model.GetRootAsModel(model, 0)
    codes = [read.OperatorCodes(at) for at in range(read.OperatorCodesLength())]
    # Old readers know the first of the two numbers, which ends at 127.
    return sorted(names[max(one.DeprecatedBuiltinCode(), one.BuiltinCode())] for one in codes)


def _arena(model: bytes) -> int:
    """The least arena with which TensorFlow Lite Micro runs it, rounded up to whole steps.

    Raises:
        RunError: where it can't run it with any.
    """
    low, high = 0, 1
    while not _runs(model, high * ARENA_STEP):
        low, high = high, 2 * high
        if high > 2**20:  # A GiB.
            raise _impossible("it needs other operators, or more memory than there is")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _runs(model, middle * ARENA_STEP) else (middle, high)
    return high * ARENA_STEP


def _runs(model: bytes, arena: int) -> bool:
    """Whether an arena of so many bytes is enough."""
    from tflite_micro.python.tflite_micro import runtime

    try:
        with silenced():
            interpreter = runtime.Interpreter.from_bytes(model, arena_size=arena)
            shape = interpreter.get_input_details(0)["shape"]
            interpreter.set_input(np.zeros(shape, np.int8), 0)
            interpreter.invoke()
    except RuntimeError:
        return False
    return True


def _impossible(reason: object) -> RunError:
    return RunError(
        f"{PATH} can't be made: {reason}. Without {NAME} in --targets the rest can be exported."
    )


def _version() -> str:
    import importlib.metadata

    return importlib.metadata.version("tflite_micro")


def _float(value: float) -> str:
    """A float32 that C reads back as it is."""
    return f"{float(value):.9e}"


def _array(model: bytes) -> str:
    """Bytes as C writes them."""
    starts = range(0, len(model), BYTES_A_LINE)
    lines = [", ".join(f"0x{b:02x}" for b in model[at : at + BYTES_A_LINE]) for at in starts]
    return ",\n".join(f"    {line}" for line in lines)


class Runner:
    """The array of a header under LiteRT, which computes what TensorFlow Lite Micro does.

    Raises:
        ValueError: for a file without one.
    """

    def __init__(self, path: str | Path):
        import re
        from pathlib import Path

        from ai_edge_litert.interpreter import Interpreter

        text = Path(path).read_text(encoding="utf-8")
        found = re.search(r"kerasae_encoder\[[A-Z_]+\] = \{(.*?)\};", text, re.DOTALL)
        if not found:
            raise ValueError(f"{path} holds no array of a model.")
        model = bytes.fromhex("".join(re.findall(r"0x([0-9a-f]{2})", found[1])))
        self._interpreter = Interpreter(model_content=model)
        self._interpreter.allocate_tensors()
        (self._given,) = self._interpreter.get_input_details()
        (self._gives,) = self._interpreter.get_output_details()

    def details(self, function: str) -> dict[str, Any]:
        def described(name, detail):
            scale, zero_point = detail["quantization"]
            return {
                "name": name,
                "shape": [int(size) for size in detail["shape"]],
                "dtype": detail["dtype"].__name__,
                "scale": float(scale),
                "zero_point": int(zero_point),
            }

        return {"input": described("image", self._given), "output": described("code", self._gives)}

    def run(self, function: str, values: np.ndarray) -> np.ndarray:
        """Runs uint8 images one by one."""
        import numpy as np

        outputs = []
        for image in (values.astype(np.int16) - 128).astype(np.int8):
            self._interpreter.set_tensor(self._given["index"], image[np.newaxis])
            self._interpreter.invoke()
            outputs.append(self._interpreter.get_tensor(self._gives["index"]))
        return np.concatenate(outputs)
