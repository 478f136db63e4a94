import dataclasses
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import RunError
from kerasae.exporting.exported import Exported, ExportedHead
from kerasae.exporting.targets import saved_model
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import all_convolutional, pooled

pytestmark = pytest.mark.slow

SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), np.uint8)
SMALL = pooled.Config(filters=(4, 3), dense_sizes=(), latent_dim=5)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """`(exported, folder)`; the head knows two of the dataset's classes, 3 and 8."""
    autoencoder = build_autoencoder("pooled", SMALL, SHAPE)
    autoencoder.model.compile("adam", "mse")
    autoencoder.model.fit(IMAGES / np.float32(255), IMAGES / np.float32(255), verbose=0)
    code = keras.Input((5,))
    head = ExportedHead(keras.Model(code, keras.layers.Dense(2)(code)), (3, 8), ("three", "eight"))
    folder = tmp_path_factory.mktemp("exported") / "saved_model"
    exported = Exported(autoencoder, {"linear": head})
    saved_model.write(exported, folder)
    return exported, folder


@pytest.fixture
def autoencoder(exported):
    return exported[0].autoencoder


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
    floats = {"image": ([None, None, None, 1], "float32")}
    own_size = {"image": ([None, 12, 9, 1], "float32")}
    reconstruction = {"reconstruction": ([None, 12, 9, 1], "float32")}
    of_images = {
        "serving_default": reconstruction,
        "reconstruct": reconstruction,
        "encode": {"code": ([None, 5], "float32")},
        "score": {"mse_per_pixel": ([None], "float32")},
        "classify_linear": {"scores": ([None, 2], "float32"), "label": ([None], "int64")},
    }
    assert shapes == {
        **{name: (image, outputs) for name, outputs in of_images.items()},
        **{f"{name}_float": (floats, outputs) for name, outputs in of_images.items()},
        "decode": ({"code": ([None, 5], "float32")}, reconstruction),
        "encoder": (own_size, of_images["encode"]),
        "decoder": ({"code": ([None, 5], "float32")}, reconstruction),
        "autoencoder": (own_size, reconstruction),
        "classifier_linear": (own_size, {"scores": ([None, 2], "float32")}),
    }


@pytest.mark.parametrize("count", [1, 5])
def test_the_same_numbers_as_keras(autoencoder, signatures, count):
    images = IMAGES[:count]
    scaled = images / np.float32(255)
    for name in ("serving_default", "reconstruct"):
        np.testing.assert_allclose(
            signatures[name](image=tf.constant(images))["reconstruction"],
            autoencoder.model(scaled),
            atol=1e-6,
        )
    code = signatures["encode"](image=tf.constant(images))["code"]
    np.testing.assert_allclose(code, autoencoder.encoder(scaled), atol=1e-6)


def test_floats_in_the_unit_range_give_the_same(signatures):
    for name in ("serving_default", "reconstruct", "encode", "score", "classify_linear"):
        ours = signatures[name](image=tf.constant(IMAGES))
        floats = signatures[f"{name}_float"](image=tf.constant(IMAGES / np.float32(255)))
        for output, values in ours.items():
            np.testing.assert_allclose(values, floats[output], atol=1e-6)


def test_the_score_is_the_error_of_each_image(autoencoder, signatures):
    scaled = IMAGES / np.float32(255)
    expected = np.mean((autoencoder.model(scaled).numpy() - scaled) ** 2, axis=(1, 2, 3))
    found = signatures["score"](image=tf.constant(IMAGES))["mse_per_pixel"]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_at_the_models_own_size_nothing_is_resized(signatures):
    """What converters to other formats refuse isn't there; the other signatures have it."""

    def operations(function):
        called = [function.graph.as_graph_def()]
        nodes = [node.op for graph in called for node in graph.node]
        return {*nodes, *(n.op for graph in called for f in graph.library.function
                          for n in f.node_def)}  # fmt: skip

    for name in ("encoder", "decoder", "autoencoder", "classifier_linear"):
        assert not operations(signatures[name]) & {"ScaleAndTranslate", "If", "StatelessIf"}
    assert "ScaleAndTranslate" in operations(signatures["encode_float"])


def test_it_can_be_differentiated_without_kerasae(tmp_path, python):
    """Also where training takes a gradient of its own."""
    wide = pooled.Config(filters=(16,), kernel_sizes=(3,), dense_sizes=(), latent_dim=5)
    saved_model.write(Exported(build_autoencoder("pooled", wide, SHAPE), {}), tmp_path / "model")
    code = (
        "import sys, tensorflow as tf\n"
        "model = tf.saved_model.load(sys.argv[1])\n"
        "image = tf.ones((1, 12, 9, 1))\n"
        "with tf.GradientTape() as tape:\n"
        "    tape.watch(image)\n"
        "    total = tf.reduce_sum(model.signatures['encode_float'](image=image)['code'])\n"
        "print(tuple(tape.gradient(total, image).shape))"
    )
    done = python(code, tmp_path / "model", warm=True)
    assert done.stdout.splitlines()[-1:] == ["(1, 12, 9, 1)"], done.stderr


def test_labels_are_the_datasets_numbers(exported, signatures):
    found = signatures["classify_linear"](image=tf.constant(IMAGES))
    head = exported[0].heads["linear"].model
    scores = head(exported[0].autoencoder.encoder(IMAGES / np.float32(255))).numpy()
    np.testing.assert_allclose(found["scores"], scores, atol=1e-6)
    np.testing.assert_array_equal(found["label"], np.array([3, 8])[scores.argmax(axis=1)])


WRONG = {
    "float where uint8 is taken": ("encode", "image", np.zeros((1, 12, 9, 1), np.float32)),
    "uint8 where float is taken": ("encode_float", "image", np.zeros((1, 12, 9, 1), np.uint8)),
    "an image without a batch": ("reconstruct", "image", np.zeros((12, 9, 1), np.uint8)),
    "no channels": ("score", "image", np.zeros((1, 12, 9), np.uint8)),
    "other channels": ("classify_linear", "image", np.zeros((1, 12, 9, 3), np.uint8)),
    "an image without height": ("serving_default", "image", np.zeros((1, 0, 9, 1), np.uint8)),
    "a code of another size": ("decode", "code", np.zeros((1, 6), np.float32)),
    "a code of another type": ("decode", "code", np.zeros((1, 5), np.float64)),
    "another name": ("encode", "picture", np.zeros((1, 12, 9, 1), np.uint8)),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_an_error(signatures, case):
    signature, name, values = WRONG[case]
    with pytest.raises((TypeError, ValueError, tf.errors.InvalidArgumentError)):
        signatures[signature](**{name: tf.constant(values)})


def test_every_variable_is_stored_once_and_the_optimizer_not(exported):
    variables = exported[1] / "variables" / "variables"
    stored = [shape for _, shape in tf.train.list_variables(str(variables))]
    numbers = sum(int(np.prod(shape)) for shape in stored if shape)
    own = exported[0].autoencoder.model.count_params() + 5 * 2 + 2
    assert numbers == own


def test_nothing_empty_is_left(exported):
    assert all(any(path.iterdir()) for path in exported[1].rglob("*") if path.is_dir())


def test_decoding_the_code_is_reconstructing(signatures):
    image = tf.constant(IMAGES)
    code = signatures["encode"](image=image)["code"]
    np.testing.assert_allclose(
        signatures["decode"](code=code)["reconstruction"],
        signatures["reconstruct"](image=image)["reconstruction"],
        atol=1e-6,
    )


def test_images_of_another_size_are_resized_as_in_training(signatures):
    from kerasae.data import pixels

    large = np.random.default_rng(1).integers(0, 256, (2, 31, 20, 1), np.uint8)
    small = pixels.resize(large, SHAPE[:2])
    np.testing.assert_allclose(
        signatures["encode"](image=tf.constant(large))["code"],
        signatures["encode"](image=small)["code"],
        atol=1e-6,
    )


@pytest.mark.parametrize("fit", [("crop", "black"), ("pad", "black"), ("pad", "white")])
def test_images_of_another_size_fit_as_in_training(exported, tmp_path, fit):
    """Of other proportions, too; floats without the rounding to 8 bits."""
    from kerasae.data import pixels

    fitted = dataclasses.replace(exported[0], heads={}, fit=fit)
    saved_model.write(fitted, tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model"))
    for shape in ((2, 31, 20, 1), (2, 8, 30, 1)):
        images = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
        own_size = pixels.fit(images, SHAPE[:2], *fit)
        expected = fitted.autoencoder.encoder(pixels.to_unit(own_size))
        code = loaded.signatures["encode"](image=tf.constant(images))["code"]
        np.testing.assert_allclose(code, expected, atol=1e-6)
        unit = loaded.signatures["encode_float"](image=pixels.to_unit(images))["code"]
        np.testing.assert_allclose(unit, expected, atol=0.02)


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
        warm=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    expected = exported[0].autoencoder.encoder(IMAGES / np.float32(255))
    np.testing.assert_allclose(json.loads(done.stdout), expected, atol=1e-6)


def test_check_passes_what_was_written(exported):
    saved_model.check(*exported, IMAGES)


@pytest.mark.parametrize(
    ("layer", "signature"), [("conv_1", "serving_default"), ("deconv_1", "decode")]
)
def test_check_raises_where_weights_differ(exported, layer, signature):
    folder = exported[1]
    bias = exported[0].autoencoder.model.get_layer(layer).bias
    before = bias.numpy()
    bias.assign(before + 0.01)
    try:
        with pytest.raises(RunError, match=f"signature '{signature}' differs .* by 0"):
            saved_model.check(exported[0], folder, IMAGES)
    finally:
        bias.assign(before)


def test_check_takes_a_model_that_answers_with_zeros(tmp_path):
    """Dead neurons make a poor model, and not a failed export."""
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=3,
                           code_activation="relu", output_activation="relu")  # fmt: skip
    autoencoder = build_autoencoder("pooled", config, SHAPE)
    for layer in ("code_kernel", "deconv_1"):
        bias = autoencoder.model.get_layer(layer).bias
        bias.assign(np.full(bias.shape, -100.0))
    assert not np.any(autoencoder.model(IMAGES / np.float32(255)))
    saved_model.write(Exported(autoencoder), tmp_path / "export")
    saved_model.check(Exported(autoencoder), tmp_path / "export", IMAGES)


def test_tied_models_and_large_kernels(tmp_path):
    config = all_convolutional.Config(filters=(3, 2), kernel_sizes=(11, 3), strides=(1, 1))
    autoencoder = build_autoencoder("all_convolutional", config, (20, 22, 1))
    saved_model.write(Exported(autoencoder), tmp_path / "export")
    images = np.random.default_rng(0).integers(0, 256, (3, 20, 22, 1), np.uint8)
    saved_model.check(Exported(autoencoder), tmp_path / "export", images)


def test_a_place_that_can_not_be_written(exported, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="can't be written"):
        saved_model.write(exported[0], tmp_path / "file" / "export")
