"""Heads as graphs, and what every function has to give."""

import numpy as np
import pytest

from kerasae import registry
from kerasae.exporting.exported import Exported, exported_head
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.readouts.heads import linear, ridge
from kerasae.readouts.readout import KerasReadout

SHAPE = (8, 8, 1)
DRAW = np.random.default_rng(0)
CODES = DRAW.normal(size=(60, 4)).astype(np.float32)
# Of five classes only 1 and 3 have examples.
LABELS = np.where(CODES[:, 0] > 0, 3, 1)
CLASSES = ("zero", "one", "two", "three", "four")


@pytest.mark.parametrize("head", [linear, ridge])
def test_classes_that_were_never_seen_are_left_out(head):
    readout = head.fit(head.Config(), CODES, LABELS, 5, 0)
    made = exported_head("name", readout, CLASSES)
    assert (made.labels, made.classes) == ((1, 3), ("one", "three"))
    scores = made.model(CODES).numpy()
    assert np.abs(scores).max() < 1e4, "no number is left that means never"
    predicted = np.array(made.labels)[scores.argmax(axis=1)]
    np.testing.assert_array_equal(predicted, readout.predict(CODES))
    np.testing.assert_allclose(scores, readout.model(CODES).numpy()[:, [1, 3]], rtol=1e-6)


def test_all_classes():
    labels = np.arange(60) % 5
    readout = ridge.fit(ridge.Config(), CODES, labels, 5, 0)
    made = exported_head("ridge", readout, CLASSES)
    assert made.classes == CLASSES
    np.testing.assert_allclose(made.model(CODES), readout.model(CODES), rtol=1e-6)


@pytest.mark.parametrize("name", registry.names(registry.HEADS))
def test_heads_say_truly_whether_they_can_be_exported(name):
    head = registry.load(registry.HEADS, name, "--heads")
    readout = head.fit(head.Config(), CODES, LABELS, 5, 0)
    assert isinstance(readout, KerasReadout) == head.EXPORTABLE
    assert registry.constant(registry.HEADS, name, "EXPORTABLE") == head.EXPORTABLE


def test_what_every_function_has_to_give():
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    autoencoder = build_autoencoder("pooled", config, SHAPE)
    head = exported_head("ridge", ridge.fit(ridge.Config(), CODES, LABELS, 5, 0), CLASSES)
    images = DRAW.integers(0, 256, (7, *SHAPE), np.uint8)
    found = Exported(autoencoder, {"ridge": head}).expected(images, batch=3)
    scaled = images / np.float32(255)
    code, reconstruction = autoencoder.encoder(scaled).numpy(), autoencoder.model(scaled).numpy()
    expected = {
        "image": images,
        "code": code,
        "reconstruction": reconstruction,
        "mse_per_pixel": np.mean((reconstruction - scaled) ** 2, axis=(1, 2, 3)),
        "scores_ridge": head.model(code).numpy(),
    }
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-6)
