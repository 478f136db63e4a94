"""Codes of whole splits, computed once and kept on disk beside the run."""

import dataclasses
import hashlib
import io
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasae import files, names
from kerasae.config import RunError, require_known
from kerasae.data.split import Split
from kerasae.files import atomic_path, write_text
from kerasae.models.autoencoder import Autoencoder
from kerasae.progress_bar import progress_bar

logger = logging.getLogger(__name__)

BATCH = 500
# Wider layers are averaged over neighbouring places until they fit: a linear
# readout of 25,088 features on 60,000 images would need 6 GB.
MOST_FEATURES = 2048


@dataclasses.dataclass(frozen=True)
class Encoder:
    """What makes features of images, wherever it comes from.

    Attributes:
        encode: float32 images `(batch, height, width, channels)` in [0, 1] to
            float32 features `(batch, size)`.
        size: Numbers in a code.
        content: Everything that decides its values, to be hashed.
        name: Of the file, for messages.
    """

    encode: Callable[[Any], np.ndarray]
    size: int
    content: Callable[[], Iterable[bytes]]
    name: str


def encoder_from(model: keras.Model, name: str = "The encoder") -> Encoder:
    """The encoder of a Keras model from images to features, flat: `(batch, size)`."""

    @tf.function(reduce_retracing=True, autograph=False)
    def run(images):
        return model(images, training=False)

    return Encoder(
        encode=lambda images: run(images).numpy(),
        size=model.output.shape[-1],
        content=lambda: _weights(model),
        name=name,
    )


def require_finite(values: np.ndarray, encoder: str, split: str, first: int) -> None:
    """Refuses codes that are no numbers: nothing that is made of them would be.

    Args:
        values: A batch of codes, or of one number an image, `(batch, …)`.
        encoder: Name of what made them.
        split: Name of the split.
        first: Number of the batch's first image.

    Raises:
        RunError: that names the first image with NaN or infinity.
    """
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if not finite.all():
        raise RunError(
            f"{encoder} gives NaN or infinity: first for image {first + int(np.argmin(finite))} of "
            f"{split}, counted from 0."
        )


def layer_model(autoencoder: Autoencoder, layer: str) -> keras.Model:
    """Image to one encoder layer's output, flat: `(batch, features)`.

    Args:
        autoencoder: The model to read.
        layer: Name of a layer of the encoder; `code` is the code.

    Raises:
        ConfigError: for an unknown layer; lists those there are.
    """
    tensors = autoencoder.encoder_tensors()
    require_known("--layer", layer, tensors)
    tensor = tensors[layer]
    while np.prod(tensor.shape[1:]) > MOST_FEATURES and np.prod(tensor.shape[1:-1]) > 1:
        tensor = keras.layers.AveragePooling2D(2, padding="same")(tensor)
    if len(tensor.shape) > 2:
        tensor = keras.layers.Flatten()(tensor)
    return keras.Model(autoencoder.model.input, tensor, name=f"up_to_{layer}")


def layer_names(autoencoder: Autoencoder) -> list[str]:
    """The encoder's layers from image to code, without those that only reshape."""
    skipped = (keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Reshape)
    return [
        name
        for name in autoencoder.encoder_tensors()
        if name == names.CODE or not isinstance(autoencoder.encoder.get_layer(name), skipped)
    ]


def fingerprint(model: keras.Model, origin: dict[str, Any]) -> str:
    """A hash of the weights and of where layer and images come from: equal only where codes are."""
    return digest(_weights(model), origin)


def digest(content: Iterable[bytes], origin: dict[str, Any]) -> str:
    """The same of any encoder's content."""
    made = hashlib.sha256(json.dumps(origin, sort_keys=True).encode())
    for part in content:
        made.update(part)
    return made.hexdigest()[:32]


def _weights(model: keras.Model) -> Iterable[bytes]:
    for weight in model.weights:
        yield np.ascontiguousarray(weight.numpy()).tobytes()


def is_cached(folder: Path, key: str) -> bool:
    """Whether `cached` finds the array on disk, whole or not."""
    return (folder / f"{key}.npy").exists()


def cached(folder: Path, key: str, compute: Callable[[Path], str]) -> np.ndarray:
    """The array `<folder>/<key>.npy`; computed where it isn't there or isn't what it was.

    Args:
        folder: Holds the arrays, and beside each its checksum.
        key: Name of the array.
        compute: Writes the array to a path and returns the checksum of that file.

    Returns:
        float32, read from disk as it is used.

    Raises:
        RunError: where it can't be written.
    """
    path, checksum = folder / f"{key}.npy", folder / f"{key}.sha256"
    if not _is_sound(path, checksum):
        try:
            with atomic_path(path) as new:
                written = compute(new)
            write_text(checksum, f"{written}  {path.name}\n")
        except OSError as error:
            raise RunError(f"{path} can't be written: {error.strerror or error}.") from None
    return np.load(path, mmap_mode="r", allow_pickle=False)


def _is_sound(path: Path, checksum: Path) -> bool:
    """Whether an array is there, and its bytes are those that were written."""
    if not path.exists():
        return False
    try:
        if files.read_text(checksum).split(maxsplit=1)[:1] == [files.checksum(path)]:
            return True
        logger.warning("%s was changed since it was written; it is computed anew.", path)
    except (RunError, OSError) as error:
        logger.warning("%s is computed anew: %s", path, error)
    return False


def extract(encoder: Encoder, split: Split, path: Path, title: str) -> str:
    """Streams a split through an encoder into a `.npy` file, float32 `(images, features)`.

    It is written from beginning to end: a memory map of a file with holes
    would die of a signal where the disk is full.

    Returns:
        SHA-256 of the file.

    Raises:
        RunError: for NaN or infinity.
    """
    made = hashlib.sha256()
    header = io.BytesIO()
    shape = (split.num_images, encoder.size)
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": shape}
    )
    with (
        path.open("wb") as file,
        progress_bar(title, total=shape[0]) as bar,
    ):
        for part in _parts(header.getvalue(), encoder, split, title, bar.update):
            made.update(part)
            file.write(part)
    return made.hexdigest()


def _parts(
    header: bytes, encoder: Encoder, split: Split, title: str, progress: Callable[[int], Any]
) -> Iterator[bytes]:
    """The bytes of the file, as they come."""
    yield header
    done = 0
    for images in split.batches(BATCH):
        codes = np.ascontiguousarray(encoder.encode(images), "<f4")
        if codes.shape != (len(images), encoder.size):
            raise RunError(
                f"The encoder must give {encoder.size} numbers for each of {len(images)} images. "
                f"Received: shape={codes.shape}."
            )
        require_finite(codes, encoder.name, title, done)
        yield codes.tobytes()
        done += len(images)
        progress(len(images))
