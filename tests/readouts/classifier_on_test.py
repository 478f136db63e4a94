"""Encoder and head as one model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.evaluation.predict import predictions_fn
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled
from kerasae.readouts.heads import ffn, linear, ridge
from kerasae.readouts.readout import classifiers_on

pytestmark = pytest.mark.usefixtures("short_heads")

SHAPE = (10, 9, 1)
FAMILIES = {
    "pooled": ("pooled", pooled.Config(filters=(4, 3), dense_sizes=(7,), latent_dim=5)),
    "pooled, tied": (
        "pooled", pooled.Config(filters=(4, 3), dense_sizes=(7,), latent_dim=5, tied=True),
    ),
    "all_convolutional": (
        "all_convolutional",
        all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3), tied=False),
    ),
    "all_convolutional, tied": (
        "all_convolutional", all_convolutional.Config(filters=(4, 2), kernel_sizes=(3, 3)),
    ),
}  # fmt: skip
HEADS = {
    "linear": (linear, linear.Config()),
    "ffn": (ffn, ffn.Config(hidden=(6,), epochs=2)),
    "ridge": (ridge, ridge.Config()),
}
LABELS = np.arange(40) % 3


@pytest.fixture(scope="module", params=FAMILIES)
def autoencoder(request):
    keras.utils.set_random_seed(0)
    return build_autoencoder(*FAMILIES[request.param], SHAPE)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(size=(40, *SHAPE)).astype(np.float32)


@pytest.fixture(params=HEADS)
def readout(request, autoencoder, images):
    head, config = HEADS[request.param]
    return head.fit(config, autoencoder.encoder(images).numpy(), LABELS, 3, 0)


def test_only_the_heads_variables_learn(autoencoder, readout, images):
    before = autoencoder.model.get_weights()
    flags = [layer.trainable for layer in autoencoder.model.layers]
    classifier = classifiers_on(autoencoder.encoder, {"head": readout})["head"]

    expected = readout.model(autoencoder.encoder(images))
    np.testing.assert_allclose(classifier(images), expected, atol=1e-5)
    heads = [id(variable) for variable in readout.model.trainable_variables]
    assert [id(variable) for variable in classifier.trainable_variables] == heads

    frozen = classifier.get_layer("encoder").get_weights()
    scores = readout.model.get_layer("scores").get_weights()
    classifier.compile(
        keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    classifier.train_on_batch(images, LABELS)
    assert not np.array_equal(readout.model.get_layer("scores").get_weights()[0], scores[0])
    for old, new in zip(frozen, classifier.get_layer("encoder").get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)

    # Nor does the autoencoder change, and it can still be trained.
    for old, new in zip(before, autoencoder.model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [layer.trainable for layer in autoencoder.model.layers] == flags
    assert len(autoencoder.model.trainable_variables) == len(before)


def test_it_is_saved_and_loaded_whole(autoencoder, readout, images, tmp_path):
    classifier = classifiers_on(autoencoder.encoder, {"head": readout})["head"]
    classifier.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras")
    np.testing.assert_array_equal(loaded(images), classifier(images))
    assert len(loaded.trainable_variables) == len(readout.model.trainable_variables)


def test_several_heads_encode_an_image_once(autoencoder, images):
    codes = autoencoder.encoder(images).numpy()
    readouts = {
        name: head.fit(config, codes, LABELS, 3, 0) for name, (head, config) in HEADS.items()
    }
    classifiers = classifiers_on(autoencoder.encoder, readouts)
    predictions = predictions_fn(classifiers)
    for name, found in predictions(images).items():
        np.testing.assert_array_equal(found, readouts[name].predict(codes))

    def convolutions(function):
        graph = function.get_concrete_function(tf.TensorSpec((None, *SHAPE))).graph
        return sum(operation.type == "Conv2D" for operation in graph.get_operations())

    alone = tf.function(lambda image: autoencoder.encoder(image, training=False))
    assert convolutions(predictions) == convolutions(alone) > 0
