"""ONNX files for ONNX Runtime and whatever else reads them: float32, a file for each part.

Converted by tf2onnx, of standard operators alone. Images are channels last, as everywhere here;
the batch is open, the image's size is the model's own.
"""

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.exporting.call import Call
from kerasae.exporting.contents import Contents
from kerasae.exporting.exported import Exported
from kerasae.names import CODE, UNIT
from kerasae.ops import convolutions
from kerasae.quiet import silenced

DEFAULT = False
REQUIRES = ("tf2onnx", "onnxruntime")
NEEDS_LINEAR_READOUT = False
CLIENT = ("ONNX Runtime", "onnxruntime")
TOLERANCE = 1e-5
COUNT = 256
# The newest that every runtime of the last years reads, and that has layer normalisation.
OPSET = 17
NAME = FOLDER = "onnx"
CARD = """
With ONNX Runtime (`pip install onnxruntime`), opset 17, float32 images in [0, 1], channels last:

```python
import numpy as np, onnxruntime
encoder = onnxruntime.InferenceSession("{{ path }}/onnx/encoder.onnx")
image = np.load("{{ path }}/golden.npz")["image"] / np.float32(255)
(codes,) = encoder.run(["code"], {"image": image})
print(codes.shape)
```
"""


def write(exported: Exported, folder: Path, representative: np.ndarray | None = None) -> None:
    """Writes `onnx/<part>.onnx` for every part.

    Raises:
        RunError: for a model with operations that ONNX has not.
    """
    import onnx

    (folder / FOLDER).mkdir()
    for name, part in exported.contents.parts.items():
        converted = _converted(exported.models[name], name, part.given, part.gives)
        onnx.save(converted, folder / path_of(name))


def _converted(model, name: str, given: str, gives: str):
    """A model as ONNX, with an open batch named `batch`."""
    import tf2onnx

    @tf.function(autograph=False)
    def function(values):
        return {gives: tf.cast(model(values, training=False), tf.float32)}

    spec = tf.TensorSpec((None, *model.input.shape[1:]), tf.float32, name=given)
    try:
        with convolutions.plain(), silenced():
            converted, _ = tf2onnx.convert.from_function(function, [spec], opset=OPSET)
    except Exception as error:  # The converter raises whatever comes up.
        reason = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
        raise RunError(
            f"{name}.onnx can't be made: {reason[:300]}. "
            f"Without {NAME} in --targets the rest can be exported."
        ) from error
    for tensor in (*converted.graph.input, *converted.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = "batch"
    return converted


def path_of(part: str) -> str:
    """Path of a file in the version folder."""
    return f"{FOLDER}/{part}.onnx"


def calls(contents: Contents) -> list[Call]:
    """Every file."""
    return [
        Call(
            target=NAME,
            path=path_of(name),
            function="",
            given=CODE if part.given == CODE else UNIT,
            expected=part.expected,
            output="",
            tolerance=TOLERANCE,
            count=COUNT,
        )
        for name, part in contents.parts.items()
    ]


def require_contained(path: Path) -> None:
    """Refuses a file that takes numbers from other files, or operators of somebody's own."""
    import onnx

    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:  # Whatever the damage happens to cause.
        raise RunError(f"{path} can't be read as ONNX: it is damaged or foreign.") from error
    if {entry.domain for entry in model.opset_import} - {"", "ai.onnx", "ai.onnx.ml"}:
        raise RunError(f"{path} is refused: it has operators that are not ONNX's own.")
    # Of a tensor anywhere in it, in subgraphs too: such a file names its places in plain text.
    if b"location" in path.read_bytes():
        raise RunError(f"{path} is refused: it reads other files.")


class Runner:
    """One `.onnx` file under ONNX Runtime."""

    def __init__(self, path: str | Path):
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def details(self, function: str) -> dict[str, Any]:
        def described(tensor):
            shape = [size if isinstance(size, int) else -1 for size in tensor.shape]
            dtype = {"tensor(float)": "float32"}.get(tensor.type, tensor.type)
            return {"name": tensor.name, "shape": shape, "dtype": dtype}

        (given,), (gives,) = self._session.get_inputs(), self._session.get_outputs()
        return {"input": described(given), "output": described(gives)}

    def run(self, function: str, values: np.ndarray) -> np.ndarray:
        (given,) = self._session.get_inputs()
        (output,) = self._session.run(None, {given.name: values})
        return output
