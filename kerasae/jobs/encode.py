"""Codes, reconstruction errors and labels of a whole dataset in one file."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from kerasae import files
from kerasae.config import AppliedDataConfig
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.exporting.artefact import encoder
from kerasae.exporting.artefact.encoder import ArtefactEncoder
from kerasae.models.autoencoder import Autoencoder, mse_per_pixel
from kerasae.names import MSE_PER_PIXEL
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_data
from kerasae.runs.open_run import open_run

BATCH = 500
# Images in [0, 1] to codes and errors; no errors where the encoder is all there is.
Step = Callable[[Any], tuple[np.ndarray, np.ndarray | None]]


def encode_with_run(
    run: RunDir, applied: AppliedDataConfig, out: Path
) -> dict[str, tuple[int, ...]]:
    """Streams both splits through a run's model into one `.npz` file.

    The file holds, for `train` and `test`: `<split>_codes` float32
    `(n, code_size)`, `<split>_mse_per_pixel` float32 `(n,)` and, where there
    are labels, `<split>_labels` int64 `(n,)`, -1 for an image without one; and
    `class_names`.

    Args:
        run: A finished run.
        applied: The dataset.
        out: The file to write, whole or not at all.

    Returns:
        The shape of every array.

    Raises:
        RunError: for an encoder that gives NaN or infinity.
    """
    opened = open_run(run)
    data, _ = load_data(opened, applied)
    return _write(_model_step(opened.autoencoder), data, out, f"The model of {run.path}")


def encode_with_artefact(
    artefact: ArtefactEncoder, applied: AppliedDataConfig, out: Path
) -> dict[str, tuple[int, ...]]:
    """As `encode_with_run`, by an exported file; with errors where it has a function for them."""
    data, _ = encoder.load_data(artefact, applied, seed=0)

    def step(images):
        return artefact.code.encode(images), artefact.errors and artefact.errors(images)

    return _write(step, data, out, artefact.code.name)


def _write(step: Step, data: Data, out: Path, encoder_name: str) -> dict[str, tuple[int, ...]]:
    """Writes the arrays of both splits."""
    arrays = {}
    for name, split in (("train", data.train), ("test", data.test)):
        codes, errors = _encode(step, split, name, encoder_name)
        arrays[f"{name}_codes"] = codes
        if errors is not None:
            arrays[f"{name}_{MSE_PER_PIXEL}"] = errors
        if split.labels is not None:
            arrays[f"{name}_labels"] = split.labels
    if data.test.class_names is not None:
        arrays["class_names"] = np.array(data.test.class_names)
    with files.atomic_path(out) as new:
        np.savez_compressed(new, **arrays)
    return {name: array.shape for name, array in arrays.items()}


def _model_step(autoencoder: Autoencoder) -> Step:
    """Codes and mean squared error per pixel by a model."""

    @tf.function(reduce_retracing=True)
    def graph(images):
        codes = autoencoder.encoder(images, training=False)
        return codes, mse_per_pixel(images, autoencoder.decoder(codes, training=False))

    def step(images):
        codes, errors = graph(images)
        return codes.numpy(), errors.numpy()

    return step


def _encode(
    step: Step, split: Split, name: str, encoder_name: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """Codes and errors of every image of a split."""
    parts, done = [], 0
    title = f"encoding {name}"
    with tqdm(
        total=split.num_images, desc=title, file=sys.stderr, disable=None, leave=False
    ) as bar:
        for images in split.batches(BATCH):
            codes, errors = step(images)
            for values in (codes, errors):
                if values is not None:
                    features.require_finite(values, encoder_name, name, done)
            parts.append((codes, errors))
            done += len(images)
            bar.update(len(images))
    codes, errors = zip(*parts, strict=True)
    joined = None if errors[0] is None else np.concatenate(errors)
    return np.concatenate(codes).astype(np.float32), joined
