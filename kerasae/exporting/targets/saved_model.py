"""SavedModel: raw uint8 images in, reconstruction or code out, no kerasae needed to load it."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasae.config import RunError
from kerasae.data import images as pixels
from kerasae.models.autoencoder import Autoencoder

# Largest difference from the Keras model, relative to its output's largest absolute value.
TOLERANCE = 1e-5

IMAGE = "image"
CODE = "code"
RECONSTRUCTION = "reconstruction"


def write(autoencoder: Autoencoder, folder: Path) -> None:
    """Writes a SavedModel with named signatures.

    | signature | takes | gives |
    |---|---|---|
    | `serving_default`, `reconstruct` | `image` | `reconstruction` |
    | `encode` | `image` | `code` |
    | `decode` | `code` | `reconstruction` |

    `image` is uint8 `(batch, any height, any width, channels)`: resizing and
    scaling are inside. `code` is float32 `(batch, code_size)`,
    `reconstruction` float32 `(batch, height, width, channels)`.

    Raises:
        RunError: where TensorFlow can't write it.
    """
    height, width, channels = autoencoder.image_shape
    image_spec = tf.TensorSpec((None, None, None, channels), tf.uint8, name=IMAGE)
    code_spec = tf.TensorSpec((None, autoencoder.code_size), tf.float32, name=CODE)

    def prepared(image):
        return pixels.to_unit(pixels.resize(image, (height, width)))

    def reconstruct(image):
        return {RECONSTRUCTION: autoencoder.model(prepared(image), training=False)}

    def encode(image):
        code = autoencoder.encoder(prepared(image), training=False)
        return {CODE: tf.cast(code, tf.float32)}

    def decode(code):
        return {RECONSTRUCTION: autoencoder.decoder(code, training=False)}

    archive = keras.export.ExportArchive()
    archive.track(autoencoder.model)
    archive.add_endpoint("serving_default", reconstruct, input_signature=[image_spec])
    archive.add_endpoint("reconstruct", reconstruct, input_signature=[image_spec])
    archive.add_endpoint("encode", encode, input_signature=[image_spec])
    archive.add_endpoint("decode", decode, input_signature=[code_spec])
    try:
        archive.write_out(str(folder), verbose=False)
    except (tf.errors.OpError, OSError) as error:
        raise RunError(f"The SavedModel can't be written to {folder}: {error}") from error


def check(autoencoder: Autoencoder, folder: Path, images: np.ndarray) -> None:
    """Loads what was written and compares it with the Keras model.

    Args:
        autoencoder: What was exported.
        folder: Where it was written.
        images: uint8 `(batch, height, width, channels)` of the model's size.

    Raises:
        RunError: where any signature differs by more than `TOLERANCE`.
    """
    signatures = tf.saved_model.load(str(folder)).signatures
    units = pixels.to_unit(images)
    code = tf.cast(autoencoder.encoder(units, training=False), tf.float32)
    expected = {
        "reconstruct": (tf.constant(images), autoencoder.model(units, training=False)),
        "encode": (tf.constant(images), code),
        "decode": (code, autoencoder.decoder(code, training=False)),
    }
    for name, (given, wanted) in expected.items():
        (got,) = signatures[name](given).values()
        difference = float(tf.reduce_max(tf.abs(got - wanted)))
        largest = float(tf.reduce_max(tf.abs(wanted)))
        if not difference <= TOLERANCE * largest:
            raise RunError(
                f"The SavedModel's signature '{name}' differs from the Keras model by "
                f"{difference:.2g} where the largest output is {largest:.2g}; allowed is "
                f"{TOLERANCE:g} of it."
            )
