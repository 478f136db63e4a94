"""A run that was trained on arrays, for the tests of all that Python does with it."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from kerasae import api

# A model that trains in a moment, on images of 8x8.
TINY = {"epochs": 2, "batch_size": 50, "model_options": {
    "filters": (3,), "kernel_sizes": (3,), "dense_sizes": (), "latent_dim": 4}}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Digits:
    """Some of scikit-learn's digits: uint8 `(n, 8, 8)` with labels."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Arguments of the functions that take images."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


@pytest.fixture(scope="session")
def digits() -> Digits:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    return Digits(images[:200], bunch.target[:200], images[200:260], bunch.target[200:260])


@pytest.fixture(scope="session")
def tiny():
    return TINY


@pytest.fixture(scope="session")
def trained(made_once, digits) -> Path:
    """The directory of a run that was trained on `digits`. Read only: tests share it."""

    def make(folder):
        given = digits.arrays
        api.train(given.pop("images"), **given, run_dir=folder / "run", **TINY)

    return made_once("trained_on_arrays", make) / "run"


@pytest.fixture
def run(trained, digits, tmp_path) -> api.Run:
    """A copy of it to be added to, opened with its images."""
    shutil.copytree(trained, tmp_path / "run")
    given = digits.arrays
    return api.open_run(tmp_path / "run", given.pop("images"), **given)
