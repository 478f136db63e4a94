"""The convolutions that are chosen by shape, beside Keras's own: values and gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.layers import Conv2D, Conv2DTranspose, TiedConv2D
from kerasae.ops import convolutions

# Layer, image shape: the shapes of both experiments, and some that nothing fast takes.
FORWARD = {
    "first of cognition": (Conv2D, (32, 3), {"padding": "same"}, (28, 28, 1)),
    "even kernel": (Conv2D, (32, 4), {"padding": "same"}, (9, 7, 2)),
    "valid": (Conv2D, (31, (2, 5)), {}, (8, 10, 3)),
    "many channels": (Conv2D, (16, 3), {"padding": "same"}, (14, 14, 32)),
    "first of ones_and_eights": (TiedConv2D, (20, 17), {}, (36, 36, 1)),
    "strided": (Conv2D, (8, 3), {"strides": 2}, (9, 9, 1)),
}
BACKWARD = {
    "decoder of cognition": (
        Conv2DTranspose, (32, 2), {"strides": 2, "padding": "same"}, (7, 7, 16)
    ),
    "no square": (Conv2DTranspose, (3, (2, 3)), {"strides": (2, 3)}, (4, 5, 2)),
    "overlapping": (Conv2DTranspose, (3, 3), {"strides": 2, "padding": "same"}, (5, 5, 4)),
    "padded": (
        Conv2DTranspose, (3, 2), {"strides": 2, "padding": "valid", "output_padding": 1}, (5, 5, 4)
    ),
}  # fmt: skip
CASES = FORWARD | BACKWARD


def results(layer, images, weights=None):
    """Outputs, and the gradients of images and weights of a random sum of them."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        outputs = layer(images)
        if weights is None:
            weights = np.random.default_rng(1).normal(size=outputs.shape).astype(np.float32)
        total = tf.reduce_sum(outputs * weights)
    return [outputs, *tape.gradient(total, [images, *layer.trainable_variables[:2]])]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("in_graph", [True, False], ids=["graph", "eager"])
def test_values_and_gradients_are_those_of_keras(case, in_graph):
    keras.utils.set_random_seed(0)
    kind, arguments, options, shape = CASES[case]
    layer = kind(*arguments, **options, activation="tanh", bias_initializer="glorot_uniform")
    images = tf.random.normal((3, *shape))
    layer.build(images.shape)
    ours = (tf.function(results) if in_graph else results)(layer, images)
    with convolutions.plain():
        plain = results(layer, images)
    for fast, expected in zip(ours, plain, strict=True):
        assert fast.shape == expected.shape
        np.testing.assert_allclose(fast, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(
    "case", ["first of cognition", "decoder of cognition", "first of ones_and_eights"]
)
def test_the_published_shapes_go_a_way_of_their_own(case, monkeypatch):
    """Otherwise the test above compares Keras with itself."""
    kind, arguments, options, shape = CASES[case]
    layer = kind(*arguments, **options)
    monkeypatch.setattr(convolutions.ops, "conv", None)
    monkeypatch.setattr(convolutions.ops, "conv_transpose", None)
    layer(tf.ones((1, *shape)))
    with convolutions.plain(), pytest.raises(TypeError):
        layer(tf.ones((1, *shape)))


def test_a_gpu_takes_keras_own(monkeypatch):
    layer = Conv2D(32, 3, padding="same")
    layer.build((1, 28, 28, 1))
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    monkeypatch.setattr(convolutions.ops, "conv", lambda *_, **__: "Keras's own")
    assert convolutions.conv(tf.ones((1, 28, 28, 1)), layer.kernel, (1, 1), "same") == "Keras's own"


def test_a_tied_layer_goes_both_ways_without_a_convolution():
    keras.utils.set_random_seed(0)
    images = tf.constant(np.random.default_rng(0).uniform(size=(2, 36, 36, 1)), tf.float32)
    layer = TiedConv2D(20, 17, activation="tanh", transpose_activation="tanh")
    layer(images)  # makes the weights

    @tf.function
    def there_and_back():
        return layer(layer(images), transpose=True)

    names = {op.type for op in there_and_back.get_concrete_function().graph.get_operations()}
    assert not {name for name in names if name.startswith("Conv2D")}
    with convolutions.plain():
        plain = layer(layer(images), transpose=True)
    np.testing.assert_allclose(there_and_back(), plain, atol=1e-5)


@pytest.mark.parametrize("kind", [Conv2D, Conv2DTranspose])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"dilation_rate": 2}, "`groups` and `dilation_rate` are not supported"),
        ({"data_format": "channels_first"}, "`data_format` must be 'channels_last'"),
    ],
    ids=["dilation", "channels first"],
)
def test_what_has_no_way_is_refused(kind, option, words):
    with pytest.raises(ValueError, match=words):
        kind(4, 3, **option)


@pytest.mark.parametrize("kind", [Conv2D, Conv2DTranspose])
def test_saved_and_loaded_it_is_the_same(kind, tmp_path):
    model = keras.Sequential([keras.Input((8, 8, 3)), kind(4, 2, strides=2)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.layers[0]) is kind
    images = tf.random.normal((2, 8, 8, 3))
    np.testing.assert_array_equal(model(images), loaded(images))
