"""TFLite files for LiteRT: encoder, decoder, autoencoder and classifiers in three precisions.

Built-in operators only, at the model's own size. Every file has two functions over the same
weights: `<part>_batch_1` takes one image or code, as runtimes in browsers and on small machines
need it, which have no tensors of open size; `<part>_batch_any` takes any number. The first is that
of clients that don't name one.

`float32` and `float16` files take float32 (images in [0, 1]), `float16` keeps its weights in half
the space; `int8` files compute in 8 bits and take and give uint8, images as they are.
"""

import dataclasses
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.data import pixels
from kerasae.exporting.call import Call
from kerasae.exporting.contents import INT8, Contents, Part
from kerasae.exporting.exported import Exported
from kerasae.exporting.relus_apart import relus_apart
from kerasae.names import CODE, IMAGE, UNIT
from kerasae.ops import convolutions
from kerasae.quiet import silenced

DEFAULT = True
REQUIRES = ()
NEEDS_LINEAR_READOUT = True
CLIENT = ("LiteRT, in Python", "ai-edge-litert")
# 8-bit files are judged by their effect.
TOLERANCES = {"float32": 1e-4, "float16": 5e-3, INT8: None}
COUNT = 256
# An effect needs more images to be known.
INT8_COUNT = 10_000
# Ends of the names of a file's functions, with the batch that each takes. The converter puts them
# in the order of their names.
ANY_BATCH = "_batch_any"
BATCHES = {"_batch_1": 1, ANY_BATCH: None}
NAME = "tflite"
FOLDER = "tflite"
CARD = """
{% set encoder = (functions | selectattr("function", "equalto", "encoder_batch_1") | list)[-1] %}

With LiteRT (`pip install ai-edge-litert`), without TensorFlow, at \
{{ image.height }}x{{ image.width }}:

```python
import numpy as np
from ai_edge_litert.interpreter import Interpreter
image = np.load("{{ path }}/golden.npz")["image"][:1]\
{{ " / np.float32(255)" if encoder.input.dtype == "float32" }}
interpreter = Interpreter("{{ path }}/{{ encoder.path }}")
encode = interpreter.get_signature_runner("{{ encoder.function }}")
stored = encode(image=image)["code"]
print(stored.shape)
```

| file | takes | gives | KB |
|---|---|---|---|
{% for item in functions if item.function.endswith("_batch_any") %}
| `{{ item.path }}` | `{{ item.input.name }}` {{ item.input.dtype }}{{ ranges_of[item.given] }}\
{% if item.input.scale is defined and item.given == "code" %}\
, stored = round(real / {{ "%.6g" | format(item.input.scale) }}) + {{ item.input.zero_point }}\
{% endif %} | \
`{{ item.output.name }}` {{ item.output.dtype }}\
{% if item.output.scale is defined %}\
, real = {{ "%.6g" | format(item.output.scale) }} * (stored - {{ item.output.zero_point }})\
{% endif %} | {{ (files[item.path].bytes / 1000) | round | int }} |
{% endfor %}

Every file has two functions over the same weights. `<part>_batch_1` takes one image or code; it
comes first, for clients that name none, and suits browsers and small machines, which take no open
size. `<part>_batch_any` takes any number at once.
"""


def write(exported: Exported, folder: Path, representative: np.ndarray) -> None:
    """Writes `tflite/<part>_<precision>.tflite` for every part, in the precisions wanted.

    The representative images give the 8-bit files the range of every tensor.

    Raises:
        RunError: for a model that needs more than the built-in operators, or
            whose 8-bit files wouldn't take images as they are.
    """
    (folder / FOLDER).mkdir()
    ranges = _representative(exported, representative)
    with tempfile.TemporaryDirectory() as scratch, silenced(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The converter speaks of its own future.
        _write_source(exported, scratch)
        for name, part in exported.contents.parts.items():
            for precision in exported.precisions:
                path = folder / path_of(name, precision)
                path.write_bytes(_converted(scratch, name, part, precision, ranges))
                if precision == INT8 and part.given == IMAGE:
                    _require_raw_images(path)


def path_of(part: str, precision: str) -> str:
    """Path of a file in the version folder."""
    return f"{FOLDER}/{part}_{precision}.tflite"


def calls(contents: Contents) -> list[Call]:
    """Every function of every file."""
    return [
        Call(
            target=NAME,
            path=path_of(name, precision),
            function=function,
            given=_given(part, precision),
            expected=part.expected,
            output=part.gives if function else "",
            tolerance=TOLERANCES[precision],
            count=INT8_COUNT if precision == INT8 else COUNT,
        )
        for name, part in contents.parts.items()
        for precision in contents.precisions
        for function in _functions(name, contents)
    ]


def _functions(part: str, contents: Contents) -> list[str]:
    """Names of the functions in a part's file; empty for the only one."""
    if contents.format == 1:
        return [""]
    return [f"{part}{suffix}" for suffix in BATCHES]


def _given(part: Part, precision: str) -> str:
    if part.given == CODE:
        return CODE
    return IMAGE if precision == INT8 else UNIT


def _representative(exported: Exported, images: np.ndarray) -> dict[str, np.ndarray]:
    """Examples of images and of codes as inputs, float32.

    One pixel of the first image is made black and one white, so that the range
    of images is exactly 0 to 1 and a uint8 input means what it says.
    """
    examples = pixels.to_unit(images).numpy()
    examples[0].flat[[0, -1]] = 0, 1
    codes = exported.autoencoder.encoder(examples, training=False)
    return {IMAGE: examples, CODE: tf.cast(codes, tf.float32).numpy()}


def _write_source(exported: Exported, folder: str) -> None:
    """The SavedModel to convert: a signature for each function, in plain operations."""
    archive = keras.export.ExportArchive()
    exported = dataclasses.replace(exported, autoencoder=relus_apart(exported.autoencoder))
    with convolutions.plain():
        for name, part in exported.contents.parts.items():
            model = exported.models[name]
            function = _function(model, part.gives)
            for suffix, batch in BATCHES.items():
                spec = tf.TensorSpec((batch, *model.input.shape[1:]), tf.float32, name=part.given)
                archive.add_endpoint(f"{name}{suffix}", function, input_signature=[spec])
        archive.write_out(folder, verbose=False)


def _function(model: keras.Model, gives: str):
    def function(given):
        return {gives: tf.cast(model(given, training=False), tf.float32)}

    return function


def _converted(
    source: str, name: str, part: Part, precision: str, ranges: dict[str, np.ndarray]
) -> bytes:
    functions = [f"{name}{suffix}" for suffix in BATCHES]
    converter = tf.lite.TFLiteConverter.from_saved_model(source, signature_keys=functions)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if precision != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if precision == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if precision == INT8:
        examples = ranges[part.given]
        converter.representative_dataset = lambda: _one_by_one(functions, part.given, examples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.uint8
    try:
        return converter.convert()
    except Exception as error:  # The converter raises whatever comes up in its C++.
        reason = next((line for line in str(error).splitlines() if line.strip()), "no reason given")
        raise RunError(
            f"{name}_{precision}.tflite can't be made of built-in operators: {reason[:300]}. "
            "Without tflite in --targets the rest can be exported."
        ) from error


def _one_by_one(
    functions: list[str], given: str, values: np.ndarray
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    for function in functions:
        for value in values:
            yield function, {given: value[np.newaxis]}


def _require_raw_images(path: Path) -> None:
    """Raises RunError unless the stored values of the input are 255 times the real ones."""
    runner = Runner(path)
    for function in runner.functions:
        given = runner.details(function)["input"]
        if not (given["zero_point"] == 0 and abs(given["scale"] * 255 - 1) < 1e-6):
            raise RunError(f"{path.name} doesn't take images as they are: its input is {given}.")


def require_contained(path: Path) -> None:
    """Nothing to refuse: LiteRT has no operator that reaches beyond the graph."""


class Runner:
    """One `.tflite` file under LiteRT; TensorFlow is not needed.

    Raises:
        ValueError: for a file that is no TFLite model.
    """

    def __init__(self, path: str | Path, threads: int = 1):
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._interpreter.allocate_tensors()  # LiteRT finds here what is wrong with a file.
        (self._given,) = self._interpreter.get_input_details()
        (self._gives,) = self._interpreter.get_output_details()

    @property
    def functions(self) -> tuple[str, ...]:
        """Names of the signatures."""
        return tuple(self._interpreter.get_signature_list())

    def details(self, function: str) -> dict[str, Any]:
        given, gives = self._ends(function)
        signatures = self._interpreter.get_signature_list()
        names = signatures.get(function) or (
            next(iter(signatures.values())) if len(signatures) == 1 else None
        )
        return {
            "input": self._described(given, names and names["inputs"][0]),
            "output": self._described(gives, names and names["outputs"][0]),
        }

    def run(self, function: str, values: np.ndarray) -> np.ndarray | dict[str, np.ndarray]:
        """Runs one batch; real numbers for a quantised input are quantised first.

        A function of single images is called for each.
        """
        import numpy as np

        given, _ = self._ends(function)
        values = self._quantised(values, given)
        if not function:
            return self._invoked(values)
        runner = self._interpreter.get_signature_runner(function)
        ((name, _),) = runner.get_input_details().items()
        size = 1 if given["shape_signature"][0] == 1 else len(values)
        batches = [values[at : at + size] for at in range(0, len(values), size)]
        outputs = [runner(**{name: batch}) for batch in batches]
        return {key: np.concatenate([one[key] for one in outputs]) for key in outputs[0]}

    def _ends(self, function: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """LiteRT's details of a function's input and output."""
        if not function:
            return self._given, self._gives
        runner = self._interpreter.get_signature_runner(function)
        (given,) = runner.get_input_details().values()
        (gives,) = runner.get_output_details().values()
        return given, gives

    def _invoked(self, values: np.ndarray) -> np.ndarray:
        """Outputs of a file's first function."""
        if self._interpreter.get_input_details()[0]["shape"].tolist() != list(values.shape):
            self._interpreter.resize_tensor_input(self._given["index"], values.shape, strict=True)
        self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(self._given["index"], values)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._gives["index"])

    @staticmethod
    def _quantised(values: np.ndarray, given: dict[str, Any]) -> np.ndarray:
        import numpy as np

        dtype = given["dtype"]
        if values.dtype == dtype:
            return values
        scale, zero_point = given["quantization"]
        limits = np.iinfo(dtype)
        stored = np.rint(values / scale) + zero_point
        return np.clip(stored, limits.min, limits.max).astype(dtype)

    @staticmethod
    def _described(detail: dict[str, Any], name: str | None) -> dict[str, Any]:
        import numpy as np

        known = {
            "name": name or detail["name"],
            "shape": [int(size) for size in detail["shape_signature"]],
            "dtype": np.dtype(detail["dtype"]).name,
        }
        scale, zero_point = detail["quantization"]
        if not scale:
            return known
        return {**known, "scale": float(scale), "zero_point": int(zero_point)}
