"""A small export with the files that other runtimes are tried with."""

import keras
import numpy as np
import pytest

from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import tflite
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled

SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (40, *SHAPE), np.uint8)


@pytest.fixture(scope="session")
def exported_files(tmp_path_factory):
    """`(exported, folder, {part: (input, correct output)})`, with ReLUs after transposed layers."""
    keras.utils.set_random_seed(0)
    config = pooled.Config(filters=(4, 3), dense_sizes=(), latent_dim=5, output_activation="relu")
    exported = Exported(build_autoencoder("pooled", config, SHAPE), precisions=("float32",))
    for weight in exported.autoencoder.model.weights:  # A bias of zeros would be left out.
        if len(weight.shape) == 1:
            weight.assign(weight + np.float32(0.02))
    folder = tmp_path_factory.mktemp("clients")
    tflite.write(exported, folder, IMAGES)
    own, unit = exported.autoencoder, IMAGES[:3] * np.float32(1 / 255)
    code, reconstruction = own.encoder(unit).numpy(), own.model(unit).numpy()
    assert (reconstruction == 0).any() and (reconstruction > 0).any()
    cases = {
        "encoder": (unit, code),
        "decoder": (code, reconstruction),
        "autoencoder": (unit, reconstruction),
    }
    return exported, folder, cases


@pytest.fixture(scope="session")
def apart():
    """The largest difference between two arrays, relative to the largest number."""

    def measure(found, expected):
        return np.abs(np.reshape(found, expected.shape) - expected).max() / np.abs(expected).max()

    return measure
