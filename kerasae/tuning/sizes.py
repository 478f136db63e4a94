"""Sizes of a candidate, and which of them are too high."""

from collections.abc import Callable

import keras
import tensorflow as tf

from kerasae.models import cost
from kerasae.models.autoencoder import Autoencoder
from kerasae.ops import convolutions

# By flag: the size that it limits, and its name for people.
LIMITED = {
    "max_parameters": ("parameters", "parameters"),
    "max_code": ("code_size", "numbers of code"),
    "max_multiply_adds": ("multiply_adds", "multiply-adds an image"),
}
TFLITE = "max_tflite_bytes"


def measure(autoencoder: Autoencoder) -> dict[str, int]:
    """Parameters, multiply-adds of one image, numbers in the code."""
    return {
        "parameters": cost.parameters(autoencoder.model),
        "multiply_adds": cost.multiply_adds(autoencoder.model),
        "code_size": autoencoder.code_size,
    }


def excess(
    sizes: dict[str, int], limits: dict[str, int], encoder: Callable[[], keras.Model]
) -> str | None:
    """The first limit that a candidate goes beyond, in words; None where it keeps them all.

    Args:
        sizes: From `measure`.
        limits: Numbers by flag. Converting for `max_tflite_bytes` takes a
            second or more, so it comes last.
        encoder: Gives the encoder as it would be shipped, computing in float32;
            asked for where it is converted.
    """
    for flag, (name, words) in LIMITED.items():
        if flag in limits and sizes[name] > limits[flag]:
            return f"{sizes[name]} {words}, more than --{flag}={limits[flag]}"
    if TFLITE in limits:
        size = tflite_bytes(encoder())
        if size > limits[TFLITE]:
            return f"{size} bytes of .tflite, more than --{TFLITE}={limits[TFLITE]}"
    return None


def tflite_bytes(encoder: keras.Model) -> int:
    """Bytes of the encoder as a float32 LiteRT model of built-in operations, one image a call."""

    @tf.function(input_signature=[tf.TensorSpec((1, *encoder.input.shape[1:]), tf.float32)])
    def encode(image):
        return {"code": encoder(image, training=False)}

    # The converter knows the plain convolutions better than their fast replacements.
    with convolutions.plain():
        concrete = encode.get_concrete_function()
        return len(tf.lite.TFLiteConverter.from_concrete_functions([concrete]).convert())
