import keras
import numpy as np
import pytest

from kerasae.config import ConfigError, RunError
from kerasae.layers import TiedDense
from kerasae.models.autoencoder import Autoencoder, build_autoencoder, load_autoencoder
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


def test_a_missing_file(tmp_path):
    with pytest.raises(RunError, match=r"There is no model at .*model\.keras"):
        load_autoencoder(tmp_path / "model.keras")


def test_a_folder_in_the_files_place(tmp_path):
    with pytest.raises(RunError, match="There is no model at"):
        load_autoencoder(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 nor a zip"])
def test_a_corrupt_file(saved, content):
    saved.write_bytes(content)
    with pytest.raises(RunError, match=r"model\.keras can't be read .* damaged or foreign"):
        load_autoencoder(saved)


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_truncated_file(saved, share):
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(RunError, match="damaged or foreign"):
        load_autoencoder(saved)


def test_flipped_bytes_inside_the_weights(saved):
    """The archive's checksum tells; weights that are quietly wrong would be worse."""
    whole = bytearray(saved.read_bytes())
    middle = whole.index(b"model.weights.h5") + 3_000
    whole[middle : middle + 2_000] = bytes(255 - byte for byte in whole[middle : middle + 2_000])
    saved.write_bytes(bytes(whole))
    with pytest.raises(RunError, match="damaged or foreign"):
        load_autoencoder(saved)


def test_a_foreign_model_without_a_code(tmp_path):
    image = keras.Input((4, 4, 1))
    output = keras.layers.Dense(2)(keras.layers.Flatten()(image))
    keras.Model(image, output).save(tmp_path / "model.keras")
    with pytest.raises(RunError, match=r"foreign .*No such layer: code"):
        load_autoencoder(tmp_path / "model.keras")


def test_a_foreign_class_is_not_run(tmp_path):
    """Safe mode stays on: a lambda in the file is code of a stranger."""
    image = keras.Input((4,))
    code = keras.layers.Lambda(lambda x: x * 2, name="code")(image)
    keras.Model(image, code).save(tmp_path / "model.keras")
    with pytest.raises(RunError, match="damaged or foreign"):
        load_autoencoder(tmp_path / "model.keras")


def test_a_tied_layer_without_its_second_call_is_refused(tmp_path):
    image = keras.Input((4,))
    code = keras.layers.Activation("linear", name="code")(TiedDense(2, name="lonely")(image))
    keras.Model(image, keras.layers.Dense(4)(code)).save(tmp_path / "model.keras")
    with pytest.raises(RunError, match=r"'lonely' must be called twice.*Received: 1 calls"):
        load_autoencoder(tmp_path / "model.keras")


def test_the_messages_are_one_line(saved):
    saved.write_bytes(b"not a model")
    with pytest.raises(RunError) as error:
        load_autoencoder(saved)
    assert "\n" not in str(error.value)


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
