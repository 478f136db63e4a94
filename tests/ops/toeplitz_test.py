"""The fast convolutions beside Keras's own, values and gradients, on random shapes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.ops import toeplitz

# (batch, height, width), (kernel height, kernel width), channels, filters
PUBLISHED = [((3, 36, 36), (17, 17), 1, 20), ((3, 20, 20), (11, 11), 20, 2)]


def random_shapes(count):
    draw = np.random.default_rng(0)
    for _ in range(count):
        kernel = draw.integers(1, 8, 2)
        size = kernel + draw.integers(0, 9, 2)
        yield (
            (int(draw.integers(1, 5)), *map(int, size)),
            tuple(map(int, kernel)),
            *map(int, draw.integers(1, 6, 2)),
        )


SHAPES = [*PUBLISHED, *random_shapes(12)]


def conv(images, kernel):
    return keras.ops.conv(images, kernel, padding="valid")


def conv_transpose(maps, kernel):
    return keras.ops.conv_transpose(maps, kernel, padding="valid")


@pytest.mark.parametrize(("size", "kernel_size", "channels", "filters"), SHAPES, ids=str)
@pytest.mark.parametrize("transpose", [False, True], ids=["conv", "conv_transpose"])
def test_values_and_gradients_are_those_of_keras(size, kernel_size, channels, filters, transpose):
    draw = np.random.default_rng(1)
    batch, *image = size
    if transpose:
        image = [side - kernel + 1 for side, kernel in zip(image, kernel_size, strict=True)]
    inputs = tf.constant(
        draw.normal(size=(batch, *image, filters if transpose else channels)), tf.float32
    )
    kernel = tf.constant(draw.normal(size=(*kernel_size, channels, filters)), tf.float32)
    fast, plain = (toeplitz.conv_transpose, conv_transpose) if transpose else (toeplitz.conv, conv)
    weights = None
    results = []
    for function in (fast, plain):
        with tf.GradientTape() as tape:
            tape.watch([inputs, kernel])
            outputs = function(inputs, kernel)
            if weights is None:
                weights = tf.constant(draw.normal(size=outputs.shape), tf.float32)
            total = tf.reduce_sum(outputs * weights)
        results.append([outputs, *tape.gradient(total, [inputs, kernel])])
    for ours, keras_own in zip(*results, strict=True):
        assert ours.shape == keras_own.shape
        largest = np.abs(keras_own).max()
        np.testing.assert_allclose(ours, keras_own, atol=3e-6 * largest)


@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_keeps_the_dtype(dtype):
    images, kernel = tf.ones((2, 9, 9, 1), dtype), tf.ones((3, 3, 1, 4), dtype)
    maps = toeplitz.conv(images, kernel)
    assert maps.dtype == dtype
    assert toeplitz.conv_transpose(maps, kernel).dtype == dtype
    assert np.all(maps.numpy() == 9)


def test_a_batch_of_unknown_size():
    @tf.function(input_signature=[tf.TensorSpec((None, 9, 8, 1))])
    def there_and_back(images):
        kernel = tf.ones((3, 2, 1, 4))
        return toeplitz.conv_transpose(toeplitz.conv(images, kernel), kernel)

    for batch in (1, 5):
        assert there_and_back(tf.ones((batch, 9, 8, 1))).shape == (batch, 9, 8, 1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"strides": (2, 2)}, "a stride"),
        ({"padding": "same"}, "padding"),
        ({"image_size": (None, 36)}, "an unknown size"),
        ({"image_size": (36, 17 * 4 + 1)}, "a far wider image"),
        ({"image_size": (17 * 4 + 1, 36)}, "a far higher image"),
        ({"kernel_shape": (3, 3, 1, 20)}, "a small kernel"),
        ({"kernel_shape": (17, 17, 8, 20)}, "many channels on both sides"),
        ({"image_size": (68, 68), "kernel_shape": (17, 17, 4, 64)}, "a matrix too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_falls_back(change, why):
    published = {
        "image_size": (36, 36),
        "kernel_shape": (17, 17, 1, 20),
        "strides": (1, 1),
        "padding": "valid",
    }
    assert toeplitz.applies(**published)
    assert not toeplitz.applies(**published | change), why
