"""Graphs in plain layers: the same numbers, and nothing of kerasae in them."""

import keras
import numpy as np
import pytest

from kerasae.exporting import plain
from kerasae.exporting.exported import Exported, ExportedHead
from kerasae.exporting.targets import keras as keras_target
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled

SHAPE = (21, 14, 2)
IMAGES = np.random.default_rng(0).random((7, *SHAPE), np.float32)
CONFIGS = {
    "tied, strided, valid": (
        "all_convolutional", all_convolutional.Config((3, 2), (5, 3), (2, 2))),
    "tied, strided, same": (
        "all_convolutional", all_convolutional.Config((3, 2), (5, 3), (2, 3), "same", "relu")),
    "tied, dense": ("pooled", pooled.Config((4, 3), dense_sizes=(6,), latent_dim=5, tied=True)),
    "dropout": ("pooled", pooled.Config((4, 3), dense_sizes=(6,), latent_dim=5, dropout=0.2)),
    "untied": ("pooled", pooled.Config((4, 3), dense_sizes=(6,), latent_dim=5)),
}  # fmt: skip


def made(config):
    """An autoencoder with biases that say something."""
    keras.utils.set_random_seed(0)
    autoencoder = build_autoencoder(*CONFIGS[config], SHAPE)
    sampler = np.random.default_rng(1)
    weights = [sampler.normal(0, 0.3, weight.shape) for weight in autoencoder.model.get_weights()]
    autoencoder.model.set_weights(weights)
    return autoencoder


@pytest.fixture(params=CONFIGS)
def autoencoder(request):
    return made(request.param)


def test_the_same_numbers(autoencoder):
    for model, given in ((autoencoder.model, IMAGES), (autoencoder.encoder, IMAGES)):
        np.testing.assert_allclose(plain.plain_model(model)(given), model(given), atol=1e-5)


def test_they_load_where_there_is_no_kerasae(python, tmp_path):
    autoencoders = [made(config) for config in CONFIGS]
    for number, autoencoder in enumerate(autoencoders):
        autoencoder.model.compile("adam", "mse")
        (tmp_path / str(number)).mkdir()
        keras_target.write(Exported(autoencoder), tmp_path / str(number))
    np.save(tmp_path / "images.npy", IMAGES)
    done = python(
        "import pathlib, sys\nsys.modules['kerasae'] = None\nimport keras, numpy as np\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "for path in folder.glob('*/keras/autoencoder.keras'):\n"
        "    model = keras.saving.load_model(path)\n"
        "    assert not model.compiled\n"
        "    np.save(path.parents[1] / 'got.npy', model(np.load(folder / 'images.npy')))\n",
        tmp_path, cwd=tmp_path, warm=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for number, autoencoder in enumerate(autoencoders):
        got = np.load(tmp_path / str(number) / "got.npy")
        np.testing.assert_allclose(got, autoencoder.model(IMAGES), atol=1e-5)


def test_the_encoder_can_be_taken_out(autoencoder):
    whole = plain.plain_model(autoencoder.model)
    encoder = keras.Model(whole.input, whole.get_layer("code").output)
    np.testing.assert_allclose(encoder(IMAGES), autoencoder.encoder(IMAGES), atol=1e-5)


def test_the_source_stays_what_it_was(autoencoder):
    before = autoencoder.model(IMAGES).numpy()
    copy = plain.plain_model(autoencoder.model)
    copy.set_weights([np.zeros_like(weight) for weight in copy.get_weights()])
    np.testing.assert_array_equal(autoencoder.model(IMAGES), before)


def test_classifiers(tmp_path):
    autoencoder = build_autoencoder(*CONFIGS["tied, dense"], SHAPE)
    code = keras.Input((5,))
    head = keras.Model(code, keras.layers.Dense(3)(code))
    exported = Exported(autoencoder, {"ffn": ExportedHead(head, (0, 1, 2), ("a", "b", "c"))})
    keras_target.write(exported, tmp_path)
    assert [call.path for call in keras_target.calls(exported.contents)] == [
        "keras/autoencoder.keras", "keras/classifier_ffn.keras"]  # fmt: skip
    loaded = keras.saving.load_model(tmp_path / "keras" / "classifier_ffn.keras")
    np.testing.assert_allclose(loaded(IMAGES), head(autoencoder.encoder(IMAGES)), atol=1e-5)
