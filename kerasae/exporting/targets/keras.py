"""Keras files of plain layers: they load with Keras alone, in safe mode.

A tied layer is written as two, a convolution and a transposed one with a copy
of its kernel. `kerasae.train --init_from` ties them again; trained by Keras, they part.
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasae import archives
from kerasae.exporting import plain
from kerasae.exporting.call import Call
from kerasae.exporting.contents import Contents
from kerasae.exporting.exported import Exported
from kerasae.names import AUTOENCODER, DECODER, ENCODER, UNIT, classifier_of

DEFAULT = True
REQUIRES = ()
NEEDS_LINEAR_READOUT = False
CLIENT = ("Keras", "keras")
TOLERANCE = 1e-5
COUNT = 256
NAME = FOLDER = "keras"
CARD = """
With Keras, float32 images in [0, 1]:

```python
import keras
model = keras.saving.load_model("{{ path }}/keras/autoencoder.keras")
```
"""


def write(exported: Exported, folder: Path, representative: np.ndarray | None = None) -> None:
    """Writes `keras/autoencoder.keras` and `keras/classifier_<head>.keras`.

    The encoder of the first is `keras.Model(m.input, m.get_layer("code").output)`.
    """
    (folder / FOLDER).mkdir()
    own = exported.autoencoder
    plain.plain_model(own.model).save(folder / path_of(AUTOENCODER))
    for name, head in exported.heads.items():
        encoder = plain.plain_model(own.encoder)
        classifier = keras.Model(encoder.input, head.model(encoder.output), name=name)
        classifier.save(folder / path_of(classifier_of(name)))


def path_of(part: str) -> str:
    """Path of a file in the version folder."""
    return f"{FOLDER}/{part}.keras"


def calls(contents: Contents) -> list[Call]:
    """Every file."""
    return [
        Call(NAME, path_of(name), "", UNIT, part.expected, "", TOLERANCE, COUNT)
        for name, part in contents.parts.items()
        if name not in (ENCODER, DECODER)
    ]


def require_contained(path: Path) -> None:
    """Refuses an archive that would fill the memory; Keras's safe mode refuses code."""
    archives.require_sound(path)


class Runner:
    """A `.keras` file, in Keras's safe mode."""

    def __init__(self, path: str | Path):
        import keras

        self._model = keras.saving.load_model(path)

    def details(self, function: str) -> dict[str, Any]:
        return {
            end: {
                "name": tensor.name,
                "shape": [-1 if size is None else size for size in tensor.shape],
                "dtype": tensor.dtype,
            }
            for end, tensor in (("input", self._model.input), ("output", self._model.output))
        }

    def run(self, function: str, values: np.ndarray) -> np.ndarray:
        return self._model(values, training=False).numpy()
