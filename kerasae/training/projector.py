"""Codes for TensorBoard's projector: a point an image, drawn as that image."""

from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorboard.plugins import projector

from kerasae import files, wording
from kerasae.data import pixels
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder

POINTS = 1_000
# The largest side of a picture that the projector's page can show.
MAX_SIDE = 8_192
CODES, LABELS, SPRITES = "codes.tsv", "labels.tsv", "sprites.png"
UNKNOWN = "none"


def write(folder: Path, autoencoder: Autoencoder, split: Split, seed: int) -> None:
    """Writes a folder that TensorBoard finds below any `--logdir`, whole or not at all.

    Args:
        folder: Replaced where it is there.
        autoencoder: Its encoder makes the codes.
        split: The images; at most `POINTS` of them are taken.
        seed: Samples them.
    """
    height, width, _ = split.image_shape
    most = min(POINTS, (MAX_SIDE // max(height, width)) ** 2)
    shown = split.subset(most, seed)
    images = shown.every_image()  # uint8 (n, h, w, c)
    codes = autoencoder.encoder(pixels.to_unit(images), training=False).numpy()
    config = projector.ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name, embedding.tensor_path = "codes", CODES
    embedding.sprite.image_path = SPRITES
    embedding.sprite.single_image_dim.extend([width, height])
    with files.atomic_path(folder) as new:
        new.mkdir()
        np.savetxt(new / CODES, codes, fmt="%.7g", delimiter="\t")
        if shown.labels is not None:
            embedding.metadata_path = LABELS
            lines = (f"{_class_name(shown, label)}\n" for label in shown.labels)
            (new / LABELS).write_text("".join(lines), encoding="utf-8")
        (new / SPRITES).write_bytes(tf.io.encode_png(sprites(images)).numpy())
        projector.visualize_embeddings(str(new), config)
        _announce(new, len(images))


def sprites(images: np.ndarray) -> np.ndarray:
    """Images of one size as one square sheet, row by row; what is left over is black.

    Args:
        images: `(n, height, width, channels)`.

    Returns:
        `(side * height, side * width, channels)`, `side` the least that holds them all.
    """
    side = int(np.ceil(np.sqrt(len(images))))
    height, width, channels = images.shape[1:]
    sheet = np.zeros((side * side, height, width, channels), images.dtype)
    sheet[: len(images)] = images
    rows = sheet.reshape(side, side, height, width, channels).swapaxes(1, 2)
    return rows.reshape(side * height, side * width, channels)


def _class_name(split: Split, label: int) -> str:
    """A line of the labels; a class may have any name, an image none."""
    return wording.one_line(split.class_names[label]) if label >= 0 else UNKNOWN


def _announce(folder: Path, count: int) -> None:
    """TensorBoard looks for points only where there are events."""
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default(step=0):
        tf.summary.text("codes", f"Codes of {count} test images, in the projector.")
    writer.close()
