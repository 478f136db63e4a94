"""Models of images: those in [0, 1] pass, and everything else is refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.models.autoencoder import build_autoencoder, load_autoencoder
from kerasae.models.families import pooled
from kerasae.models.image_model import ImageModel

CONFIG = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3)


@pytest.fixture(scope="module")
def autoencoder():
    return build_autoencoder("pooled", CONFIG, (8, 8, 1))


@pytest.fixture(scope="module")
def reloaded(autoencoder, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.keras"
    autoencoder.model.save(path)
    return load_autoencoder(path)


def images(dtype="float32", scale=1.0):
    draw = np.random.default_rng(0)
    return (draw.random((5, 8, 8, 1)) * scale).astype(dtype)


WRONG = {
    "raw pixels": images("uint8", 255),
    "ones and zeros as integers": images("int64", 2),
    "booleans": images("float32") > 0.5,
    "raw pixels as numbers": images("float32", 255),
    "below 0": images() - 0.5,
    "no number": np.full((1, 8, 8, 1), np.nan, "float32"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("which", ["encoder", "model"])
class TestRefused:
    def test_by_a_call(self, reloaded, which, wrong):
        with pytest.raises(ValueError, match=r"in \[0, 1\].*Received: (dtype|values)"):
            getattr(reloaded, which)(wrong)

    def test_by_a_call_with_a_tensor(self, reloaded, which, wrong):
        with pytest.raises(ValueError, match=r"in \[0, 1\].*Received: (dtype|values)"):
            getattr(reloaded, which)(tf.constant(wrong))

    def test_by_predict(self, reloaded, which, wrong):
        with pytest.raises(ValueError, match=r"in \[0, 1\].*Received: (dtype|values)"):
            getattr(reloaded, which).predict(wrong, verbose=0)


def test_integers_are_refused_while_a_graph_is_traced(autoencoder):
    with pytest.raises(ValueError, match="Received: dtype=uint8"):
        tf.function(autoencoder.encoder).get_concrete_function(
            tf.TensorSpec((None, 8, 8, 1), "uint8")
        )


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_images_in_the_range_have_the_same_code_in_every_way(autoencoder, reloaded, dtype):
    code = autoencoder.encoder(images(dtype)).numpy()
    np.testing.assert_array_equal(reloaded.encoder(images(dtype)), code)
    np.testing.assert_array_equal(tf.function(reloaded.encoder)(images(dtype)), code)
    np.testing.assert_allclose(reloaded.encoder.predict(images(dtype), verbose=0), code, rtol=1e-6)


def test_the_class_survives_saving_and_cloning(reloaded):
    assert isinstance(reloaded.model, ImageModel)
    assert isinstance(keras.models.clone_model(reloaded.encoder), ImageModel)
