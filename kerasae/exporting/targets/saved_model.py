"""SavedModel: raw uint8 images in, reconstruction, code or class out; loads without kerasae."""

import contextlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.exporting import closeness, graph, signatures
from kerasae.exporting.call import Call
from kerasae.exporting.contents import Contents
from kerasae.exporting.exported import Exported
from kerasae.names import (
    CODE,
    IMAGE,
    MSE_PER_PIXEL,
    RECONSTRUCTION,
    SCORES,
    UNIT,
    scores_of,
)
from kerasae.ops import convolutions

DEFAULT = True
REQUIRES = ()
NEEDS_LINEAR_READOUT = False
CLIENT = ("TensorFlow", "tensorflow")
TOLERANCE = 1e-5
COUNT = 256
NAME = "saved_model"
CARD = """
With TensorFlow:

```python
import numpy as np, tensorflow as tf
model = tf.saved_model.load("{{ path }}")
images = np.load("{{ path }}/golden.npz")["image"]
codes = model.signatures["encode"](image=tf.constant(images))["code"]
print(codes.shape)
```

| signature | takes | gives |
|---|---|---|
{% for item in functions %}
| `{{ item.function }}` | `{{ item.input.name }}` {{ item.input.dtype }}\
{{ ranges_of[item.given] }}, {{ item.input.shape | shape }} | \
{% for output in item.outputs %}\
`{{ output.name }}` {{ output.dtype }}{{ ", " if not loop.last }}\
{% endfor %} |
{% endfor %}

"any" is any number: an image of another size is resized to the model's own. Where the size is
fixed nothing is resized; converters to other formats, such as tf2onnx and OpenVINO, take these
signatures and refuse the others.

To try the frozen encoder on another dataset:
`python -m kerasae.transfer --saved_model={{ path }} --dataset=fashion_mnist --out=DIR`
"""


def write(exported: Exported, folder: Path, representative: np.ndarray | None = None) -> None:
    """Writes a SavedModel with named signatures.

    | signature | takes | gives |
    |---|---|---|
    | `serving_default`, `reconstruct` | `image` | `reconstruction` |
    | `encode` | `image` | `code` |
    | `decode` | `code` | `reconstruction` |
    | `score` | `image` | `mse_per_pixel`, of the image at the model's size |
    | `classify_<head>` | `image` | `scores`, `label` |

    `image` is uint8 `(batch, any height, any width, channels)`: resizing and
    scaling are inside. Each signature that takes one has a twin
    `<signature>_float`, with float32 in [0, 1].

    Each part of the model has a signature by its name, too: `encoder`,
    `decoder`, `autoencoder` and `classifier_<head>`. Their images are float32
    in [0, 1] of the model's own size, and there is no resizing inside, which
    converters to other formats refuse.

    `code` is float32 `(batch,
    code_size)`, `reconstruction` float32 `(batch, height, width, channels)`,
    `mse_per_pixel` float32 `(batch,)`, `scores` float32 `(batch, classes)`,
    `label` int64 `(batch,)`, the dataset's number of the class.

    Raises:
        RunError: where TensorFlow can't write it.
    """
    # What the signatures use is stored by itself; `track` would store all variables a second time.
    archive = keras.export.ExportArchive()
    with convolutions.plain():  # It may be served on another machine, and differentiated.
        signatures.add(archive, exported)
        try:
            archive.write_out(str(folder), verbose=False)
        except (tf.errors.OpError, OSError) as error:
            raise RunError(f"The SavedModel can't be written to {folder}: {error}") from error
    with contextlib.suppress(OSError):
        (folder / "assets").rmdir()  # Empty, and so nothing that every copy would keep.


def calls(contents: Contents) -> list[Call]:
    """Every signature."""
    outputs = {
        "serving_default": (RECONSTRUCTION, RECONSTRUCTION),
        "reconstruct": (RECONSTRUCTION, RECONSTRUCTION),
        "encode": (CODE, CODE),
        "score": (MSE_PER_PIXEL, MSE_PER_PIXEL),
        **{f"classify_{head}": (scores_of(head), SCORES) for head in contents.heads},
    }
    found = [_call("decode", CODE, RECONSTRUCTION, RECONSTRUCTION)]
    for name, (expected, output) in outputs.items():
        found.append(_call(name, IMAGE, expected, output))
        found.append(_call(signatures.FLOAT.format(name), UNIT, expected, output))
    for name, part in contents.parts.items() if contents.format > 1 else ():
        found.append(_call(name, {IMAGE: UNIT}.get(part.given, CODE), part.expected, part.gives))
    return found


def _call(function: str, given: str, expected: str, output: str) -> Call:
    return Call(NAME, ".", function, given, expected, output, TOLERANCE, COUNT)


def check(exported: Exported, folder: Path, images: np.ndarray) -> None:
    """Loads what was written in this process and compares it with the Keras model.

    Args:
        exported: What was exported.
        folder: The folder that it was written to.
        images: uint8 `(batch, height, width, channels)` of the model's size.

    Raises:
        RunError: where any signature differs by more than `TOLERANCE`.
    """
    runner = Runner(folder)
    expected = exported.expected(images)
    given = {**expected, UNIT: pixels.to_unit(images).numpy()}
    for call in calls(exported.contents):
        found = runner.run(call.function, given[call.given])
        closeness.require_close(call, found[call.output], expected[call.expected])


def require_contained(path: Path) -> None:
    """Refuses a graph that reaches for files, processes or the network."""
    graph.require_contained(path)


class Runner:
    """The signatures of a SavedModel."""

    def __init__(self, path: str | Path):
        import tensorflow as tf

        self._loaded = tf.saved_model.load(str(path))

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the signatures."""
        return tuple(self._loaded.signatures)

    def inputs(self, function: str) -> dict[str, Any]:
        """Specs of a signature's inputs by name."""
        return self._loaded.signatures[function].structured_input_signature[1]

    def details(self, function: str) -> dict[str, Any]:
        def described(name, spec):
            known = spec.shape.rank is not None
            shape = [-1 if size is None else size for size in spec.shape] if known else None
            return {"name": name, "shape": shape, "dtype": spec.dtype.name}

        ((name, given),) = self.inputs(function).items()
        outputs = self._loaded.signatures[function].structured_outputs
        return {
            "input": described(name, given),
            "outputs": [described(output, spec) for output, spec in sorted(outputs.items())],
        }

    def run(self, function: str, values: np.ndarray) -> dict[str, np.ndarray]:
        import tensorflow as tf

        (name,) = self.inputs(function)
        outputs = self._loaded.signatures[function](**{name: tf.constant(values)})
        return {output: tensor.numpy() for output, tensor in outputs.items()}
