"""TFLite files for LiteRT: encoder, decoder, autoencoder and classifiers in three precisions.

Built-in operators only, at the model's own size. Every file has two functions over the same
weights: `<part>_batch_1` takes one image or code, as runtimes in browsers and on small machines
need it, which have no tensors of open size; `<part>_batch_any` takes any number. The first is that
of clients that don't name one.

`float32` and `float16` files take float32 (images in [0, 1]), `float16` keeps its weights in half
the space; `int8` files compute in 8 bits and take and give uint8, images as they are.
"""

import tempfile
import warnings
from pathlib import Path

import numpy as np

from kerasae.config import RunError
from kerasae.exporting import litert, tflite_conversion
from kerasae.exporting.call import Call
from kerasae.exporting.contents import INT8, Contents, Part
from kerasae.exporting.exported import Exported
from kerasae.names import CODE, IMAGE, UNIT
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
    examples = tflite_conversion.examples(exported, representative)
    with tempfile.TemporaryDirectory() as scratch, silenced(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The converter speaks of its own future.
        sources = Path(scratch)
        tflite_conversion.write_sources(exported, sources, BATCHES)
        for name, part in exported.contents.parts.items():
            for precision in exported.precisions:
                path = folder / path_of(name, precision)
                path.write_bytes(_converted(sources / name, name, precision, part.given, examples))
                if precision == INT8 and part.given == IMAGE:
                    _require_raw_images(path)


def _converted(
    source: Path, part: str, precision: str, given: str, examples: dict[str, np.ndarray]
) -> bytes:
    """A part's file; raises RunError where there can't be one."""
    functions = [f"{part}{suffix}" for suffix in BATCHES]
    try:
        return tflite_conversion.converted(source, functions, precision, given, examples[given])
    except RunError as error:
        raise RunError(
            f"{part}_{precision}.tflite can't be made of built-in operators: {error}. "
            "Without tflite in --targets the rest can be exported."
        ) from error


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


def _require_raw_images(path: Path) -> None:
    """Raises RunError unless the stored values of the input are 255 times the real ones."""
    runner = Runner(path)
    for function in runner.functions:
        given = runner.details(function)["input"]
        if not (given["zero_point"] == 0 and abs(given["scale"] * 255 - 1) < 1e-6):
            raise RunError(f"{path.name} doesn't take images as they are: its input is {given}.")


def require_contained(path: Path) -> None:
    """Nothing to refuse: LiteRT has no operator that reaches beyond the graph."""


Runner = litert.Runner
