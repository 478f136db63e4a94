import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.layers import TiedConv2D


def pad_before(size, kernel, stride, padding):
    """Zeros in front of one axis, as TensorFlow defines `same`."""
    if padding == "valid":
        return 0
    places = len(range(0, size, stride))
    return max((places - 1) * stride + kernel - size, 0) // 2


def loop_conv(image, kernel, strides, padding):
    """Convolution of one image `(h, w, c)`, pixel by pixel; takes nothing from the layer."""
    taken = taps(image.shape[:2], kernel.shape[:2], strides, padding)
    size = [1 + max(place[axis] for place, _, _ in taken) for axis in (0, 1)]
    maps = np.zeros((*size, kernel.shape[3]))
    for place, pixel, tap in taken:
        maps[place] += image[pixel] @ kernel[tap]
    return maps


def loop_transposed(maps, kernel, strides, padding, image_size):
    """Every map value is spread over the pixels that the convolution would have read."""
    image = np.zeros((*image_size, kernel.shape[2]))
    for place, pixel, tap in taps(image_size, kernel.shape[:2], strides, padding):
        image[pixel] += kernel[tap] @ maps[place]
    return image


def taps(image_size, kernel_size, strides, padding):
    """All `(place in the maps, pixel, place in the kernel)` that belong together."""
    axes = []
    for size, kernel, stride in zip(image_size, kernel_size, strides, strict=True):
        shift = pad_before(size, kernel, stride, padding)
        last = size if padding == "same" else size - kernel + 1
        axes.append([
            (place, start - shift + tap, tap)
            for place, start in enumerate(range(0, last, stride))
            for tap in range(kernel)
            if 0 <= start - shift + tap < size
        ])  # fmt: skip
    return [((row, column), (y, x), (i, j)) for row, y, i in axes[0] for column, x, j in axes[1]]


CASES = [
    *itertools.product(
        [(7, 7), (8, 9)], [(3, 3), (2, 2), (5, 3)], [1, 2, 3], ["valid", "same"], [3]
    ),
    ((9, 7), (1, 4), (2, 1), "same", 3),
    ((9, 7), (4, 1), (1, 3), "valid", 1),
    # Large kernels to a single channel may go another way on a CPU.
    ((14, 17), (11, 12), 1, "valid", 1),
    ((17, 20), (17, 17), 1, "valid", 1),
    ((14, 17), (11, 12), 1, "valid", 2),
    ((14, 17), (11, 12), 1, "same", 1),
    ((14, 17), (11, 12), (2, 1), "valid", 1),
]


@pytest.mark.parametrize(("size", "kernel_size", "strides", "padding", "channels"), CASES)
def test_values_in_both_directions(size, kernel_size, strides, padding, channels):
    layer = TiedConv2D(
        4,
        kernel_size,
        strides=strides,
        padding=padding,
        bias_initializer="random_normal",
        transpose_bias_initializer="random_normal",
    )
    images = np.random.default_rng(0).normal(size=(2, *size, channels)).astype("float32")
    maps = layer(images).numpy()
    back = layer(maps, transpose=True).numpy()
    kernel = layer.kernel.numpy()
    for image, its_maps, its_back in zip(images, maps, back, strict=True):
        expected = loop_conv(image, kernel, layer.strides, padding) + layer.bias.numpy()
        np.testing.assert_allclose(its_maps, expected, atol=1e-4)
        expected = loop_transposed(its_maps, kernel, layer.strides, padding, size)
        expected += layer.transpose_bias.numpy()
        np.testing.assert_allclose(its_back, expected, atol=1e-4)


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2, 3])
def test_the_two_directions_are_adjoint(strides, padding):
    """<conv(x), y> = <x, transposed(y)> holds for the right transposed convolution only."""
    layer = TiedConv2D(
        5, (3, 4), strides=strides, padding=padding, use_bias=False, transpose_use_bias=False
    )
    draw = np.random.default_rng(1)
    x = draw.normal(size=(2, 11, 8, 3)).astype("float32")
    y = draw.normal(size=layer(x).shape).astype("float32")
    left = np.vdot(layer(x), y)
    right = np.vdot(x, layer(y, transpose=True))
    assert left == pytest.approx(right, rel=1e-4)


@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [(7, 7), (12, 9), (28, 13)])
def test_symbolic_shapes_are_the_real_ones(size, strides, padding):
    layer = TiedConv2D(2, 3, strides=strides, padding=padding)
    symbolic = keras.Input((*size, 1))
    maps = layer(symbolic)
    back = layer(maps, transpose=True)
    images = np.zeros((3, *size, 1), "float32")
    assert layer(images).shape == (3, *maps.shape[1:])
    assert layer(layer(images), transpose=True).shape == (3, *back.shape[1:])
    assert back.shape == (None, *size, 1)
    assert layer.compute_output_shape(maps.shape, transpose=True) == (None, *size, 1)


def test_28_14_7_4_and_all_the_way_back():
    """Stride 2 three times: 4 has to become 7 again, not 8."""
    layers = [TiedConv2D(2, 3, strides=2, padding="same") for _ in range(3)]
    maps, sizes = np.zeros((1, 28, 28, 1), "float32"), []
    for layer in layers:
        maps = layer(maps)
        sizes.append(maps.shape[1])
    for layer in reversed(layers):
        maps = layer(maps, transpose=True)
        sizes.append(maps.shape[1])
    assert sizes == [14, 7, 4, 7, 14, 28]


def test_output_size_chooses_among_the_sizes_that_share_a_map():
    layer = TiedConv2D(2, 3, strides=2, padding="same")
    maps = layer(np.ones((1, 7, 7, 1), "float32"))
    assert maps.shape == (1, 4, 4, 2)
    assert layer(maps, transpose=True).shape == (1, 7, 7, 1)
    eight = layer(maps, transpose=True, output_size=(8, 8))
    expected = loop_transposed(maps[0].numpy(), layer.kernel.numpy(), (2, 2), "same", (8, 8))
    np.testing.assert_allclose(eight[0], expected, atol=1e-5)
    symbolic = layer(keras.Input((4, 4, 2)), transpose=True, output_size=(8, 7))
    assert symbolic.shape == (None, 8, 7, 1)
    with pytest.raises(ValueError, match="leads from 9 to 5"):
        layer(maps, transpose=True, output_size=(9, 9))


def test_activations_and_biases_of_each_direction():
    layer = TiedConv2D(
        2, 3,
        activation="relu",
        transpose_activation="tanh",
        bias_initializer=keras.initializers.Constant(-100.0),
        transpose_bias_initializer=keras.initializers.Constant(100.0),
    )  # fmt: skip
    images = np.random.default_rng(0).uniform(size=(1, 5, 5, 1)).astype("float32")
    maps = layer(images)
    assert np.all(maps == 0)
    assert np.allclose(layer(maps, transpose=True), 1)


@pytest.mark.parametrize(
    ("forward", "transposed", "shapes"),
    [
        (True, True, [(3, 3, 2, 5), (5,), (2,)]),
        (True, False, [(3, 3, 2, 5), (5,)]),
        (False, True, [(3, 3, 2, 5), (2,)]),
        (False, False, [(3, 3, 2, 5)]),
    ],
)
def test_one_kernel_and_a_bias_for_each_direction(forward, transposed, shapes):
    layer = TiedConv2D(5, 3, use_bias=forward, transpose_use_bias=transposed)
    layer(layer(np.zeros((1, 6, 6, 2), "float32")), transpose=True)
    assert [tuple(weight.shape) for weight in layer.trainable_variables] == shapes
    assert layer.count_params() == sum(int(np.prod(shape)) for shape in shapes)


def test_config_round_trip():
    layer = TiedConv2D(
        3, (2, 4),
        strides=(1, 2),
        padding="same",
        activation="relu",
        use_bias=False,
        kernel_initializer="he_normal",
        transpose_activation="tanh",
        transpose_use_bias=True,
        transpose_bias_initializer=keras.initializers.Constant(0.25),
        name="tied",
    )  # fmt: skip
    copy = TiedConv2D.from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    images = np.ones((1, 6, 6, 2), "float32")
    copy(images)
    assert copy.transpose_bias.numpy().tolist() == [0.25, 0.25]
    assert copy(copy(images), transpose=True).shape == images.shape


def test_a_training_step_moves_the_kernel_by_both_directions():
    """The gradient is the sum of both uses: neither is cut off."""
    layer = TiedConv2D(2, 3, use_bias=False, transpose_use_bias=False)
    images = tf.constant(np.random.default_rng(0).normal(size=(2, 6, 6, 1)), tf.float32)
    maps = layer(images)
    with tf.GradientTape(persistent=True) as tape:
        both = tf.reduce_sum(layer(layer(images), transpose=True) ** 2)
        forward_only = tf.reduce_sum(
            tf.nn.conv2d_transpose(
                layer(images), tf.constant(layer.kernel.numpy()), images.shape, 1, "VALID"
            )
            ** 2
        )
        transposed_only = tf.reduce_sum(layer(maps, transpose=True) ** 2)
    total, first, second = (
        tape.gradient(loss, layer.kernel.value).numpy()
        for loss in (both, forward_only, transposed_only)
    )
    assert np.abs(first).max() > 0.1
    assert np.abs(second).max() > 0.1
    np.testing.assert_allclose(total, first + second, rtol=1e-4, atol=1e-4)


def test_gradients_of_a_large_kernel_are_those_of_the_adjoint():
    """With <conv(x), y> = <x, transposed(y)>, both sides have the same gradients."""
    layer = TiedConv2D(3, (11, 12), use_bias=False, transpose_use_bias=False)
    draw = np.random.default_rng(0)
    x = tf.constant(draw.normal(size=(2, 14, 17, 1)), tf.float32)
    y = tf.constant(draw.normal(size=layer(x).shape), tf.float32)
    gradients = []
    for product in (
        lambda: tf.reduce_sum(layer(x) * y),
        lambda: tf.reduce_sum(x * layer(y, transpose=True)),
    ):
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            value = product()
        gradients.append(tape.gradient(value, [layer.kernel.value, x, y]))
    for left, right in zip(*gradients, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-4)


def test_the_first_call_must_be_forward():
    with pytest.raises(ValueError, match=r"first call of TiedConv2D 'me' must be forward"):
        TiedConv2D(2, 3, name="me")(np.zeros((1, 4, 4, 2), "float32"), transpose=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"padding": "causal"}, "padding"),
        ({"groups": 2}, "groups=2"),
        ({"dilation_rate": 2}, r"dilation_rate=\(2, 2\)"),
        ({"data_format": "channels_first"}, "data_format=channels_first"),
    ],
)
def test_unsupported_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TiedConv2D(4, 3, **arguments)


def test_unknown_image_sizes_are_left_to_the_caller():
    """Without sizes Keras's own default decides, and the shape says that it isn't known."""
    layer = TiedConv2D(2, 3, padding="valid")
    maps = layer(keras.Input((None, None, 1)))
    assert layer(maps, transpose=True).shape == (None, None, None, 1)
    images = np.zeros((1, 9, 8, 1), "float32")
    assert layer(layer(images), transpose=True, output_size=(9, 8)).shape == images.shape
