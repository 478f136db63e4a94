"""Codes, reconstruction errors and labels of a whole dataset in one file."""

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from kerasae import run_dir as files
from kerasae.config import DataConfig
from kerasae.data.split import Split
from kerasae.jobs import open_run
from kerasae.models.autoencoder import Autoencoder
from kerasae.run_dir import RunDir

BATCH = 500


def encode(run: RunDir, wanted: DataConfig, resize: bool, out: Path) -> dict[str, tuple[int, ...]]:
    """Streams both splits through a run's model into one `.npz` file.

    The file holds, for `train` and `test`: `<split>_codes` float32
    `(n, code_size)`, `<split>_mse_per_pixel` float32 `(n,)` and, where there
    are labels, `<split>_labels` int64 `(n,)`; and `class_names`.

    Args:
        run: A finished run.
        wanted: The dataset.
        resize: Whether images of another size may be resized.
        out: The file to write, whole or not at all.

    Returns:
        The shape of every array.
    """
    opened = open_run.open_run(run)
    data, _ = open_run.load_data(opened, wanted, resize)
    arrays = {}
    for name, split in (("train", data.train), ("test", data.test)):
        codes, errors = _encode(opened.autoencoder, split, name)
        arrays |= {f"{name}_codes": codes, f"{name}_mse_per_pixel": errors}
        if split.labels is not None:
            arrays[f"{name}_labels"] = split.labels
    if data.test.class_names is not None:
        arrays["class_names"] = np.array(data.test.class_names)
    with files.atomic_path(out) as new:
        np.savez_compressed(new, **arrays)
    return {name: array.shape for name, array in arrays.items()}


def _encode(autoencoder: Autoencoder, split: Split, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Codes and mean squared error per pixel of every image of a split."""

    @tf.function(reduce_retracing=True)
    def step(images):
        codes = autoencoder.encoder(images, training=False)
        outputs = autoencoder.decoder(codes, training=False)
        return codes, tf.reduce_mean(tf.square(outputs - images), axis=(1, 2, 3))

    parts = []
    title = f"encoding {name}"
    with tqdm(
        total=split.num_images, desc=title, file=sys.stderr, disable=None, leave=False
    ) as bar:
        for images in split.batches(BATCH):
            parts.append([tensor.numpy() for tensor in step(images)])
            bar.update(len(images))
    codes, errors = zip(*parts, strict=True)
    return np.concatenate(codes).astype(np.float32), np.concatenate(errors)
