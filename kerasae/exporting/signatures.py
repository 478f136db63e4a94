"""The signatures of a SavedModel, which share what they compute."""

import keras
import tensorflow as tf

from kerasae.data import pixels
from kerasae.exporting.exported import Exported, ExportedHead
from kerasae.models.autoencoder import mse_per_pixel
from kerasae.names import (
    AUTOENCODER,
    CODE,
    DECODER,
    ENCODER,
    IMAGE,
    LABEL,
    MSE_PER_PIXEL,
    RECONSTRUCTION,
    SCORES,
    classifier_of,
)

# Twins of the signatures that take an image; they take float32 in [0, 1].
FLOAT = "{}_float"


def add(archive: keras.export.ExportArchive, exported: Exported) -> None:
    """Adds every signature, as `targets/saved_model.py` describes them."""
    parts, channels = _Parts(exported), exported.autoencoder.image_shape[-1]
    for form, dtype in (("{}", tf.uint8), (FLOAT, tf.float32)):
        image = tf.TensorSpec((None, None, None, channels), dtype, name=IMAGE)
        for name, function in _of_images(exported, parts, image).items():
            added = archive.add_endpoint(form.format(name), function, input_signature=[image])
            if name == "reconstruct":  # What is served by default is this, by another name.
                added.get_concrete_function()
                archive.add_endpoint(form.format("serving_default"), added)

    def decode(code):
        return {RECONSTRUCTION: parts.decoder(code)}

    code = tf.TensorSpec((None, exported.autoencoder.code_size), tf.float32, name=CODE)
    archive.add_endpoint("decode", decode, input_signature=[code])
    unit = tf.TensorSpec((None, *exported.autoencoder.image_shape), tf.float32, name=IMAGE)
    for name, part in exported.contents.parts.items():
        given = {IMAGE: unit, CODE: code}[part.given]
        function = _of_part(parts.by_name[name], part.gives)
        archive.add_endpoint(name, function, input_signature=[given])


def _of_part(compute, gives: str):
    def function(given):
        return {gives: compute(given)}

    return function


class _Parts:
    """Encoder, decoder and heads as functions that the signatures share; each is traced once.

    They take and give float32; images are of the model's size and in [0, 1].
    """

    def __init__(self, exported: Exported):
        own = exported.autoencoder
        self.encoder, self.decoder = _traced_model(own.encoder), _traced_model(own.decoder)
        self.heads = {name: _traced_model(head.model) for name, head in exported.heads.items()}

    @property
    def by_name(self) -> dict:
        """The functions of `Contents.parts`."""
        return {
            ENCODER: self.encoder,
            DECODER: self.decoder,
            AUTOENCODER: self._after_encoder(self.decoder),
            **{classifier_of(name): self._after_encoder(head) for name, head in self.heads.items()},
        }

    def _after_encoder(self, function):
        return lambda image: function(self.encoder(image))


def _traced_model(model: keras.Model):
    def call(values):
        return tf.cast(model(values, training=False), tf.float32)

    return _traced(call, tf.TensorSpec((None, *model.input.shape[1:]), tf.float32))


def _traced(function, spec: tf.TensorSpec):
    return tf.function(function, input_signature=[spec], autograph=False).get_concrete_function()


def _of_images(exported: Exported, parts: _Parts, image_spec: tf.TensorSpec) -> dict:
    """The functions of an image by signature, each giving a dict of tensors."""
    size = exported.autoencoder.image_shape[:2]
    prepared = _traced(lambda image: _prepared(image, size, exported.fit), image_spec)

    def reconstruct(image):
        return {RECONSTRUCTION: parts.decoder(parts.encoder(prepared(image)))}

    def encode(image):
        return {CODE: parts.encoder(prepared(image))}

    def score(image):
        unit = prepared(image)
        return {MSE_PER_PIXEL: mse_per_pixel(unit, parts.decoder(parts.encoder(unit)))}

    functions = {"reconstruct": reconstruct, "encode": encode, "score": score}
    for name, head in exported.heads.items():
        functions[f"classify_{name}"] = _classify(prepared, parts, name, head)
    return functions


def _classify(prepared, parts: _Parts, name: str, head: ExportedHead):
    labels = tf.constant(head.labels, tf.int64)

    def classify(image):
        scores = parts.heads[name](parts.encoder(prepared(image)))
        return {SCORES: scores, LABEL: tf.gather(labels, tf.argmax(scores, axis=1))}

    return classify


def _prepared(image, size: tuple[int, int], how: tuple[str, str]):
    """The model's input; an image of the right size costs a comparison only."""
    fits = tf.reduce_all(tf.equal(tf.shape(image)[1:3], size))
    image = tf.cond(fits, lambda: image, lambda: pixels.fit(image, size, *how))
    image = tf.ensure_shape(image, (None, *size, image.shape[-1]))
    return pixels.to_unit(image) if image.dtype == tf.uint8 else image
