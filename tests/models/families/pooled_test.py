import keras
import numpy as np
import pytest

from kerasae.config import ConfigError
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled

IMAGE_SHAPE = (28, 28, 1)


def output_shapes(model):
    return {layer.name: tuple(layer.output.shape[1:]) for layer in model.layers[1:]}


@pytest.mark.parametrize(("kernel", "parameters"), [(2, 141_426), (3, 144_146)])
def test_parameters_of_the_report(kernel, parameters):
    config = pooled.Config(decoder_kernel_size=kernel)
    assert build_autoencoder("pooled", config, IMAGE_SHAPE).model.count_params() == parameters


def test_shapes_of_the_report():
    shapes = output_shapes(build_autoencoder("pooled", pooled.Config(), IMAGE_SHAPE).model)
    assert shapes["pool_1"] == (14, 14, 32)
    assert shapes["pool_2"] == (7, 7, 16)
    assert shapes["features"] == (784,)
    assert shapes["dense_1"] == (80,)
    assert shapes["code"] == (49,)
    assert shapes["decoder_dense_2"] == (80,)
    assert shapes["decoder_dense_1"] == (784,)
    assert shapes["maps"] == (7, 7, 16)
    assert shapes["deconv_2"] == (14, 14, 32)
    assert shapes["reconstruction"] == IMAGE_SHAPE


def test_odd_sizes_come_back_through_themselves():
    shapes = output_shapes(build_autoencoder("pooled", pooled.Config(), (7, 9, 1)).model)
    assert shapes["pool_1"] == (4, 5, 32)
    assert shapes["pool_2"] == (2, 3, 16)
    assert shapes["deconv_2_crop"] == (4, 5, 32)
    assert shapes["reconstruction"] == (7, 9, 1)


@pytest.mark.parametrize("activation", sorted(pooled.NON_DECREASING))
def test_activating_after_pooling_is_activating_before(activation):
    """True for non-decreasing activations only; the model pools first to save work."""
    x = np.random.default_rng(0).normal(scale=3, size=(2, 8, 8, 3)).astype("float32")
    pool, activate = keras.layers.MaxPooling2D(2), keras.activations.get(activation)
    np.testing.assert_array_equal(pool(activate(x)), activate(pool(x)))


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu"])
def test_the_pooled_maps_are_activated_before_pooling(activation):
    """Against NumPy's windows over the activated convolution, whatever the model does first."""
    config = pooled.Config(filters=(5,), kernel_sizes=(3,), activation=activation)
    model = build_autoencoder("pooled", config, (8, 8, 1)).model
    features = keras.Model(model.input, model.get_layer("features").output)
    images = np.random.default_rng(0).normal(scale=4, size=(2, 8, 8, 1)).astype("float32")
    maps = np.asarray(keras.activations.get(activation)(model.get_layer("conv_1")(images)))
    pooled_maps = maps.reshape(2, 4, 2, 4, 2, 5).max(axis=(2, 4))
    np.testing.assert_allclose(features(images), pooled_maps.reshape(2, -1), atol=1e-5)


def test_tied_leaves_one_kernel_for_each_pair():
    tied = build_autoencoder("pooled", pooled.Config(tied=True), IMAGE_SHAPE).model
    kernels = [weight for weight in tied.trainable_variables if weight.name == "kernel"]
    assert len(kernels) == 4
    encoder = 288 + 32 + 4_608 + 16 + 784 * 80 + 80 + 80 * 49 + 49
    decoder_biases = 80 + 784 + 32 + 1
    assert tied.count_params() == encoder + decoder_biases


@pytest.mark.parametrize("tied", [False, True])
def test_the_reconstruction_starts_at_its_bias(tied):
    """Nothing comes from a black image while the other biases are 0."""
    config = pooled.Config(tied=tied, output_bias=-2.0)
    model = build_autoencoder("pooled", config, IMAGE_SHAPE).model
    reconstruction = np.asarray(model(np.zeros((1, *IMAGE_SHAPE), "float32")))
    np.testing.assert_allclose(reconstruction, 1 / (1 + np.exp(2)), rtol=1e-5)


def test_no_dense_layer_between_maps_and_code():
    config = pooled.Config(dense_sizes=(), latent_dim=5)
    shapes = output_shapes(build_autoencoder("pooled", config, IMAGE_SHAPE).model)
    assert shapes["code"] == (5,)
    assert "dense_1" not in shapes


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": ()}, r"--model.filters must be one or more positive numbers\."),
        ({"filters": (0, 1)}, "--model.filters .*Received: filters=0,1"),
        ({"kernel_sizes": (3,)}, "--model.kernel_sizes must have one .*kernel_sizes=3, filters="),
        ({"kernel_sizes": (3, 0)}, "--model.kernel_sizes must be 1 or more"),
        ({"dense_sizes": (8, -1)}, "--model.dense_sizes must be 1 or more.*dense_sizes=8,-1"),
        ({"latent_dim": 0}, "--model.latent_dim must be 1 or more.*latent_dim=0"),
        (
            {"output_bias": float("nan")},
            "--model.output_bias must be -1000 or more.*bias=nan",
        ),
        ({"decoder_kernel_size": 0}, "--model.decoder_kernel_size must be 1 or more"),
        ({"activation": "nope"}, "--model.activation must be one of .*relu.*Received: 'nope'"),
        ({"output_activation": "x"}, "--model.output_activation must be one of"),
        ({"code_activation": "x"}, "--model.code_activation must be one of"),
        ({"dense_initializer": "x"}, "--model.dense_initializer must be one of .*orthogonal"),
        ({"conv_initializer": "x"}, "--model.conv_initializer must be one of"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        pooled.Config(**settings)
