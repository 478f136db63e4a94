import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.layers import TiedDense

DRAW = np.random.default_rng(0)


def test_values_in_both_directions():
    layer = TiedDense(
        4, bias_initializer="random_normal", transpose_bias_initializer="random_normal"
    )
    x = DRAW.normal(size=(3, 7)).astype("float32")
    kernel = layer(x) is not None and layer.kernel.numpy()
    np.testing.assert_allclose(layer(x), x @ kernel + layer.bias.numpy(), atol=1e-5)
    y = DRAW.normal(size=(3, 4)).astype("float32")
    expected = y @ kernel.T + layer.transpose_bias.numpy()
    np.testing.assert_allclose(layer(y, transpose=True), expected, atol=1e-5)


def test_the_kernel_learns_from_both_directions():
    """The gradient of <back(forward(x)), r> by the product rule: from each of its two uses."""
    layer = TiedDense(4, use_bias=False, transpose_use_bias=False)
    x, r = (DRAW.normal(size=(5, 7)).astype("float32") for _ in range(2))
    layer(x)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(layer(layer(x), transpose=True) * r)
    kernel = layer.kernel.numpy()
    expected = x.T @ (r @ kernel) + r.T @ (x @ kernel)
    np.testing.assert_allclose(tape.gradient(value, layer.kernel.value), expected, atol=1e-4)


def test_leading_axes_are_kept():
    layer = TiedDense(4)
    forward = layer(np.zeros((2, 5, 7), "float32"))
    assert forward.shape == (2, 5, 4)
    assert layer(forward, transpose=True).shape == (2, 5, 7)
    assert layer.compute_output_shape((None, 5, 7)) == (None, 5, 4)
    assert layer.compute_output_shape((None, 5, 4), transpose=True) == (None, 5, 7)
    assert layer(keras.Input((5, 4)), transpose=True).shape == (None, 5, 7)


def test_the_two_directions_are_adjoint():
    layer = TiedDense(4, use_bias=False, transpose_use_bias=False)
    x, y = DRAW.normal(size=(5, 7)), DRAW.normal(size=(5, 4))
    assert np.vdot(layer(x), y) == pytest.approx(np.vdot(x, layer(y, transpose=True)), rel=1e-4)


def test_one_kernel_and_a_bias_for_each_direction():
    layer = TiedDense(4)
    layer(layer(np.zeros((1, 7), "float32")), transpose=True)
    shapes = [tuple(weight.shape) for weight in layer.trainable_variables]
    assert shapes == [(7, 4), (4,), (7,)]
    assert layer.count_params() == 7 * 4 + 4 + 7


def test_activations_of_each_direction():
    layer = TiedDense(4, activation="relu", transpose_activation="sigmoid")
    x = DRAW.normal(size=(5, 7)).astype("float32")
    code = layer(x)
    assert np.all(code >= 0)
    back = layer(code, transpose=True).numpy()
    linear = code.numpy() @ layer.kernel.numpy().T
    np.testing.assert_allclose(back, 1 / (1 + np.exp(-linear)), atol=1e-5)


def test_config_round_trip():
    layer = TiedDense(
        3,
        activation="relu",
        kernel_initializer="orthogonal",
        transpose_activation="tanh",
        transpose_use_bias=False,
        transpose_bias_initializer="ones",
        name="tied",
    )
    copy = TiedDense.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    copy(np.zeros((1, 5), "float32"))
    assert copy.transpose_bias is None


def test_the_first_call_must_be_forward():
    with pytest.raises(ValueError, match=r"first call of TiedDense 'me' must be forward"):
        TiedDense(2, name="me")(np.zeros((1, 4), "float32"), transpose=True)
