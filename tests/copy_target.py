"""An export target of nobody's: what its author writes, one file, knowing the protocol alone."""

NAME = "copy"
CODE = '''
"""A copy of the encoder."""

from pathlib import Path

import numpy as np

from kerasae.exporting import plain
from kerasae.exporting.call import Call

NAME = "copy"
DEFAULT = True
REQUIRES = ()
NEEDS_LINEAR_READOUT = False
CLIENT = ("Keras", "keras")
TOLERANCE = 1e-5
CARD = """
With a copy of {{ name }}, {{ functions | length }} file: `{{ path }}/{{ functions[0].path }}`.
"""

def write(exported, folder, representative):
    (folder / "copy").mkdir()
    plain.plain_model(exported.autoencoder.encoder).save(folder / "copy" / "encoder.keras")

def require_contained(path):
    pass

def calls(contents):
    return [Call(NAME, "copy/encoder.keras", "codes", "unit", "code", "code", TOLERANCE, 256)]

class Runner:
    def __init__(self, path: Path):
        import keras

        self._model = keras.saving.load_model(path)

    def details(self, function):
        assert function == "codes"
        return {
            "input": {"name": "image", "shape": [-1, *self._model.input.shape[1:]],
                      "dtype": "float32"},
            "outputs": [{"name": "code", "shape": [-1, self._model.output.shape[1]],
                         "dtype": "float32"}],
        }

    def run(self, function, values: np.ndarray) -> dict[str, np.ndarray]:
        return {"code": self._model(values, training=False).numpy()}
'''
