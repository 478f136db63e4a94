import json

import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import RunError
from kerasae.exporting.targets import saved_model
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled

SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), np.uint8)
SMALL = pooled.Config(filters=(4, 3), dense_sizes=(), latent_dim=5)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """`(autoencoder, folder)`."""
    autoencoder = build_autoencoder("pooled", SMALL, SHAPE)
    folder = tmp_path_factory.mktemp("exported") / "saved_model"
    saved_model.write(autoencoder, folder)
    return autoencoder, folder


@pytest.fixture(scope="module")
def signatures(exported):
    loaded = tf.saved_model.load(str(exported[1]))
    yield loaded.signatures


def test_signatures_and_names(signatures):
    shapes = {
        name: (
            {key: (spec.shape.as_list(), spec.dtype.name)
             for key, spec in signature.structured_input_signature[1].items()},
            {key: (spec.shape.as_list(), spec.dtype.name)
             for key, spec in signature.structured_outputs.items()},
        )
        for name, signature in signatures.items()
    }  # fmt: skip
    image = {"image": ([None, None, None, 1], "uint8")}
    reconstruction = {"reconstruction": ([None, 12, 9, 1], "float32")}
    assert shapes == {
        "serving_default": (image, reconstruction),
        "reconstruct": (image, reconstruction),
        "encode": (image, {"code": ([None, 5], "float32")}),
        "decode": ({"code": ([None, 5], "float32")}, reconstruction),
    }


@pytest.mark.parametrize("count", [1, 5])
def test_the_same_numbers_as_keras(exported, signatures, count):
    autoencoder, _ = exported
    images = IMAGES[:count]
    unit = images / np.float32(255)
    for name in ("serving_default", "reconstruct"):
        np.testing.assert_allclose(
            signatures[name](image=tf.constant(images))["reconstruction"],
            autoencoder.model(unit),
            atol=1e-6,
        )
    code = signatures["encode"](image=tf.constant(images))["code"]
    np.testing.assert_allclose(code, autoencoder.encoder(unit), atol=1e-6)


def test_decoding_the_code_is_reconstructing(signatures):
    image = tf.constant(IMAGES)
    code = signatures["encode"](image=image)["code"]
    np.testing.assert_allclose(
        signatures["decode"](code=code)["reconstruction"],
        signatures["reconstruct"](image=image)["reconstruction"],
        atol=1e-6,
    )


def test_images_of_another_size_are_resized_as_in_training(signatures):
    from kerasae.data import images as pixels

    large = np.random.default_rng(1).integers(0, 256, (2, 31, 20, 1), np.uint8)
    small = pixels.resize(large, SHAPE[:2])
    np.testing.assert_allclose(
        signatures["encode"](image=tf.constant(large))["code"],
        signatures["encode"](image=small)["code"],
        atol=1e-6,
    )


def test_loads_where_there_is_no_kerasae(exported, python, tmp_path):
    """Where importing kerasae is an error, whoever tries."""
    _, folder = exported
    np.save(tmp_path / "images.npy", IMAGES)
    done = python(
        "import json, sys\n"
        "sys.modules['kerasae'] = None\n"
        "import numpy, tensorflow as tf\n"
        "signatures = tf.saved_model.load(sys.argv[1]).signatures\n"
        "code = signatures['encode'](image=tf.constant(numpy.load(sys.argv[2])))['code']\n"
        "print(json.dumps(code.numpy().tolist()))\n",
        folder,
        tmp_path / "images.npy",
        flags=("-I",),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    autoencoder, _ = exported
    expected = autoencoder.encoder(IMAGES / np.float32(255))
    np.testing.assert_allclose(json.loads(done.stdout), expected, atol=1e-6)


def test_check_passes_what_was_written(exported):
    saved_model.check(*exported, IMAGES)


@pytest.mark.parametrize(
    ("layer", "signature"), [("conv_1", "reconstruct"), ("deconv_1", "reconstruct")]
)
def test_check_raises_where_weights_differ(exported, layer, signature):
    autoencoder, folder = exported
    bias = autoencoder.model.get_layer(layer).bias
    before = bias.numpy()
    bias.assign(before + 0.01)
    try:
        with pytest.raises(RunError, match=f"signature '{signature}' differs .* by 0"):
            saved_model.check(autoencoder, folder, IMAGES)
    finally:
        bias.assign(before)


def test_check_takes_a_model_that_answers_with_zeros(tmp_path):
    """Dead units are a poor model, and not a failed export."""
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3,
                           code_activation="relu", output_activation="relu")  # fmt: skip
    autoencoder = build_autoencoder("pooled", config, SHAPE)
    for layer in ("code_kernel", "deconv_1"):
        bias = autoencoder.model.get_layer(layer).bias
        bias.assign(np.full(bias.shape, -100.0))
    assert not np.any(autoencoder.model(IMAGES / np.float32(255)))
    saved_model.write(autoencoder, tmp_path / "export")
    saved_model.check(autoencoder, tmp_path / "export", IMAGES)


def test_tied_models_and_large_kernels(tmp_path):
    config = all_convolutional.Config(filters=(3, 2), kernel_sizes=(11, 3), strides=(1, 1))
    autoencoder = build_autoencoder("all_convolutional", config, (20, 22, 1))
    saved_model.write(autoencoder, tmp_path / "export")
    images = np.random.default_rng(0).integers(0, 256, (3, 20, 22, 1), np.uint8)
    saved_model.check(autoencoder, tmp_path / "export", images)


def test_a_place_that_can_not_be_written(exported, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="can't be written"):
        saved_model.write(exported[0], tmp_path / "file" / "export")
