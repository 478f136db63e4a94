"""The tie as part of a whole autoencoder: whatever is done to the model, one kernel stays one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasae
from kerasae.exporting.exported import Exported
from kerasae.exporting.targets import saved_model
from kerasae.models.autoencoder import Autoencoder, build_autoencoder
from kerasae.models.families import all_convolutional, pooled

IMAGE_SHAPE = (12, 9, 1)
IMAGES = np.random.default_rng(0).uniform(size=(8, *IMAGE_SHAPE)).astype("float32")
CONFIGS = {
    "all_convolutional": all_convolutional.Config(
        filters=(4, 3), kernel_sizes=(3, 2), strides=(1, 2), padding="same", tied=True
    ),
    "pooled": pooled.Config(filters=(4, 3), dense_sizes=(10,), latent_dim=5, tied=True),
}
# The tied layers of each, and all trainable variables: a kernel and two biases a layer.
TIED = {"all_convolutional": 2, "pooled": 4}


@pytest.fixture(params=CONFIGS)
def family(request):
    return request.param


def train_one_step(model):
    """Moves the weights away from where they started."""
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    before = [weight.numpy() for weight in model.trainable_variables]
    model.train_on_batch(IMAGES, IMAGES)
    assert any(
        np.any(old != new.numpy())
        for old, new in zip(before, model.trainable_variables, strict=True)
    )


def assert_tied(model, family):
    """Setting a layer's kernel to zero must silence both of its calls."""
    train_one_step(model)
    assert len(model.trainable_variables) == 3 * TIED[family]
    tied = [layer for layer in model.layers if hasattr(layer, "transpose_bias")]
    assert len(tied) == TIED[family]
    for layer in tied:
        # The decoder's model over the same tensors adds nodes of its own to a layer.
        own = [node for nodes in model._nodes_by_depth.values() for node in nodes]
        outputs = [node.outputs[0] for node in layer._inbound_nodes if node in own]
        inside = keras.Model(model.input, outputs)
        layer.kernel.assign(keras.ops.zeros_like(layer.kernel))
        forward, transposed = inside(IMAGES)
        for output, bias in ((forward, layer.bias), (transposed, layer.transpose_bias)):
            np.testing.assert_allclose(
                output - keras.ops.cast(bias, output.dtype), np.zeros(output.shape), atol=1e-6
            )
        layer.kernel.assign(keras.random.normal(layer.kernel.shape, seed=0))


def build(family):
    return build_autoencoder(family, CONFIGS[family], IMAGE_SHAPE).model


def test_as_built(family):
    assert_tied(build(family), family)


def test_experiment_a_counts_every_kernel_once():
    model = build_autoencoder("all_convolutional", all_convolutional.Config(), (36, 36, 1)).model
    assert model.count_params() == 10_663
    shapes = [tuple(weight.shape) for weight in model.trainable_variables]
    assert sorted(shapes) == sorted([(17, 17, 1, 20), (20,), (1,), (11, 11, 20, 2), (2,), (20,)])


def test_after_save_and_load(family, tmp_path):
    model = build(family)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))
    assert_tied(loaded, family)


def test_after_from_config(family):
    model = build(family)
    copy = keras.Model.from_config(model.get_config())
    copy.set_weights(model.get_weights())
    np.testing.assert_array_equal(copy(IMAGES), model(IMAGES))
    assert_tied(copy, family)


def test_after_json(family):
    assert_tied(keras.models.model_from_json(build(family).to_json()), family)


def test_after_clone_model(family):
    model = build(family)
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone(IMAGES), model(IMAGES))
    assert_tied(clone, family)


def test_encoder_and_decoder_share_the_variables(family):
    autoencoder = build_autoencoder(family, CONFIGS[family], IMAGE_SHAPE)
    train_one_step(autoencoder.model)
    kernels = {id(w) for w in autoencoder.encoder.variables if w.name == "kernel"}
    assert len(kernels) == TIED[family]
    assert kernels <= {id(w) for w in autoencoder.decoder.variables}


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_under_mixed_precision(family, policy, float_policy, tmp_path):
    float_policy(policy)
    model = build(family)
    assert {weight.dtype for weight in model.trainable_variables} == {"float32"}
    assert {layer.compute_dtype for layer in model.layers if hasattr(layer, "kernel")} == {
        policy.removeprefix("mixed_")
    }
    assert model(IMAGES).dtype == tf.float32
    model.save(tmp_path / "model.keras")
    assert_tied(model, family)
    float_policy("float32")
    assert_tied(keras.saving.load_model(tmp_path / "model.keras"), family)


def test_in_the_exported_graph(family, tmp_path):
    autoencoder = build_autoencoder(family, CONFIGS[family], IMAGE_SHAPE)
    saved_model.write(Exported(autoencoder, {}), tmp_path / "export")
    loaded = tf.saved_model.load(str(tmp_path / "export"))
    captured = {
        id(variable): variable
        for signature in loaded.signatures.values()
        for variable in signature.variables
    }
    shapes = sorted(tuple(variable.shape) for variable in captured.values())
    assert shapes == sorted(tuple(w.shape) for w in autoencoder.model.trainable_variables)
    # The first kernel is at work in both directions of the exported graph.
    (first,) = [
        w for w in captured.values() if tuple(w.shape) == autoencoder.model.layers[1].kernel.shape
    ]
    image = tf.constant(np.uint8(IMAGES[:1] * 255))
    code = loaded.signatures["encode"](image)["code"]
    shown = loaded.signatures["decode"](code)["reconstruction"]
    first.assign(tf.zeros_like(first))
    assert np.any(loaded.signatures["encode"](image)["code"] != code)
    assert np.any(loaded.signatures["decode"](code)["reconstruction"] != shown)


def test_a_clone_of_the_decoder_alone_is_refused(family):
    decoder = build_autoencoder(family, CONFIGS[family], IMAGE_SHAPE).decoder
    with pytest.raises(ValueError, match="clone the whole autoencoder"):
        keras.models.clone_model(decoder)


def test_a_decoder_deserialised_alone_is_refused_or_keeps_its_kernel(family):
    """Away from the encoder there is no tie to keep, but its numbers must not change silently."""
    decoder = build_autoencoder(family, CONFIGS[family], IMAGE_SHAPE).decoder
    codes = np.random.default_rng(0).normal(size=(2, decoder.input.shape[1])).astype("float32")
    try:
        copy = keras.Model.from_config(decoder.get_config())
    except ValueError as error:
        assert "must be forward" in str(error)
        return
    copy.set_weights(decoder.get_weights())
    np.testing.assert_array_equal(copy(codes), decoder(codes))


def test_a_layer_deserialised_away_from_its_graph_is_refused_backwards(family):
    layer = next(layer for layer in build(family).layers if hasattr(layer, "transpose_bias"))
    copy = type(layer).from_config(layer.get_config())
    with pytest.raises(ValueError, match="must be forward"):
        copy(np.zeros((1, 4, 4, 4), "float32"), transpose=True)


def test_public_names_are_the_layers():
    assert kerasae.TiedConv2D.__name__ == "TiedConv2D"
    assert kerasae.TiedDense.__name__ == "TiedDense"
    assert kerasae.Autoencoder is Autoencoder
    assert {"TiedConv2D", "TiedDense", "Autoencoder", "load_autoencoder"} <= set(dir(kerasae))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = kerasae.no_such_name
