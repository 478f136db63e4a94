"""Keras files of plain layers: they load with Keras alone, in safe mode.

A tied layer is written as two, a convolution and a transposed one with a copy
of its kernel. So the files are for use; to train on with the tie, the run's own
`model.keras` is there.
"""

from pathlib import Path

import keras
import numpy as np

from kerasae.exporting import plain
from kerasae.exporting.call import KERAS, Call
from kerasae.exporting.exported import Exported
from kerasae.names import AUTOENCODER, DECODER, ENCODER, UNIT

TOLERANCE = 1e-5
COUNT = 256
FOLDER = "keras"


def write(exported: Exported, folder: Path, representative: np.ndarray | None = None) -> None:
    """Writes `keras/autoencoder.keras` and `keras/classifier_<head>.keras`.

    The encoder of the first is `keras.Model(m.input, m.get_layer("code").output)`.

    Args:
        exported: The autoencoder with its heads.
        folder: The version folder.
        representative: Not used.
    """
    (folder / FOLDER).mkdir()
    own = exported.autoencoder
    plain.model(own.model).save(folder / path_of(AUTOENCODER))
    for name, head in exported.heads.items():
        encoder = plain.model(own.encoder)
        classifier = keras.Model(encoder.input, head.model(encoder.output), name=name)
        classifier.save(folder / path_of(f"classifier_{name}"))


def path_of(part: str) -> str:
    """Path of a file in the version folder."""
    return f"{FOLDER}/{part}.keras"


def calls(exported: Exported) -> list[Call]:
    """Every file."""
    return [
        Call(KERAS, path_of(name), "", UNIT, part.expected, "", TOLERANCE, COUNT)
        for name, part in exported.parts.items()
        if name not in (ENCODER, DECODER)
    ]
