import keras
import numpy as np
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.layers import TiedDense
from kerasae.models.autoencoder import Autoencoder, build_autoencoder, in_float32, load_autoencoder
from kerasae.models.families import pooled


@pytest.fixture
def saved(tmp_path):
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3)
    path = tmp_path / "model.keras"
    build_autoencoder("pooled", config, (8, 8, 1)).model.save(path)
    return path


def test_an_unknown_family_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"all_convolutional, pooled.*Received: 'dense'"):
        build_autoencoder("dense", pooled.Config(), (8, 8, 1))


def test_a_foreign_model_without_a_code(tmp_path):
    image = keras.Input((4, 4, 1))
    output = keras.layers.Dense(2)(keras.layers.Flatten()(image))
    keras.Model(image, output).save(tmp_path / "model.keras")
    with pytest.raises(RunError, match=r"holds no autoencoder .*No such layer: code"):
        load_autoencoder(tmp_path / "model.keras")


def test_a_tied_layer_without_its_second_call_is_refused(tmp_path):
    image = keras.Input((4,))
    code = keras.layers.Activation("linear", name="code")(TiedDense(2, name="lonely")(image))
    keras.Model(image, keras.layers.Dense(4)(code)).save(tmp_path / "model.keras")
    with pytest.raises(RunError, match=r"'lonely' must be called twice.*Received: 1 calls"):
        load_autoencoder(tmp_path / "model.keras")


def test_the_settings_of_another_model_are_refused(saved):
    other = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3)
    with pytest.raises(RunError, match="isn't one of its settings"):
        in_float32(load_autoencoder(saved), "pooled", other)


def test_views_of_one_graph(saved):
    autoencoder = Autoencoder.from_model(keras.saving.load_model(saved))
    assert autoencoder.image_shape == (8, 8, 1)
    assert autoencoder.code_size == 3
    images = np.ones((1, 8, 8, 1), "float32")
    before = autoencoder.model(images).numpy()
    kernel = autoencoder.encoder.get_layer("code_kernel").kernel
    kernel.assign(kernel + 1)
    assert np.any(autoencoder.model(images) != before)


LOAD = """
import sys
model = keras.saving.load_model(sys.argv[1])
assert [layer.__class__.__name__ for layer in model.layers].count("TiedConv2D") == 2
print("loaded", model.count_params())
"""


@pytest.mark.parametrize(
    "imports",
    ["import kerasae, sys; assert 'keras' not in sys.modules; import keras",
     "import keras, kerasae"],
)  # fmt: skip
def test_keras_alone_plus_import_kerasae_loads_a_model(imports, python, tmp_path):
    config = pooled.Config(filters=(3, 2), dense_sizes=(), latent_dim=3, tied=True)
    model = build_autoencoder("pooled", config, (8, 8, 1)).model
    model.save(tmp_path / "model.keras")
    done = python(f"{imports}\n{LOAD}", tmp_path / "model.keras")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["loaded", str(model.count_params())]
