"""Codes, reconstruction errors and labels of a whole dataset in one file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae import files
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.exporting.artefact import encoder
from kerasae.models.autoencoder import Autoencoder, mse_per_pixel
from kerasae.names import MSE_PER_PIXEL
from kerasae.progress_bar import progress_bar
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import load_data
from kerasae.runs.open_run import open_run
from kerasae.verbs.encode import EncodingPlan

BATCH = 500
# Images in [0, 1] to codes and errors; no errors where the encoder is all there is.
Step = Callable[[Any], tuple[np.ndarray, np.ndarray | None]]


def encode(plan: EncodingPlan) -> dict[str, tuple[int, ...]]:
    """Streams both splits through an encoder into one `.npz` file.

    The file holds, for `train` and `test`: `<split>_codes` float32
    `(n, code_size)`, `<split>_mse_per_pixel` float32 `(n,)` but for an exported encoder
    without a function for it, and, where there are labels, `<split>_labels` int64 `(n,)`,
    -1 for an image without one; and `class_names`.

    Args:
        plan: The encoder, the dataset, and the file to write, whole or not at all.

    Returns:
        The shape of every array.

    Raises:
        RunError: for an encoder that gives NaN or infinity.
    """
    if plan.run is None:
        return _encode_with_artefact(plan)
    opened = open_run(plan.run)
    data, _ = load_data(opened, plan.data)
    step = _model_step(opened.autoencoder)
    return _write(step, data, plan.out, f"The model of {plan.run.path}")


def _encode_with_artefact(plan: EncodingPlan) -> dict[str, tuple[int, ...]]:
    """As `encode`, by an exported file."""
    artefact = encoder.open_encoder(plan.artefact, RunDir(plan.out.parent), plan.trained_on)
    data, _ = encoder.load_data(artefact, plan.data, seed=0)

    def step(images):
        return artefact.code.encode(images), artefact.errors and artefact.errors(images)

    return _write(step, data, plan.out, artefact.code.name)


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

    @tf.function(reduce_retracing=True, autograph=False)
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
    with progress_bar(f"encoding {name}", total=split.num_images) as bar:
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
