import keras
import numpy as np
import pytest

from kerasae.perturbations.gradient_sign import direction_fn, step

SHAPE = (3, 4, 1)


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(0, 1, (9, *SHAPE)).astype(np.float32)


LABELS = np.arange(9) % 3


def test_the_direction_fn_a_linear_classifier_is_known(images):
    """The gradient of cross-entropy by the image is W (softmax - one hot)."""
    image = keras.Input(SHAPE)
    dense = keras.layers.Dense(3)
    classifier = keras.Model(image, dense(keras.layers.Flatten()(image)))
    kernel, bias = np.random.default_rng(1).normal(size=(12, 3)), np.array([0.5, -0.2, 0.1])
    dense.set_weights([kernel, bias])
    scores = images.reshape(9, -1) @ kernel + bias
    likely = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = np.sign((likely - np.eye(3)[LABELS]) @ kernel.T).reshape(images.shape)
    np.testing.assert_array_equal(direction_fn(classifier)(images, LABELS), expected)


def test_the_direction_goes_through_a_deep_classifier_against_finite_differences(images):
    keras.utils.set_random_seed(0)
    classifier = keras.Sequential([
        keras.Input(SHAPE),
        keras.layers.Conv2D(4, 2, activation="tanh"),
        keras.layers.Flatten(),
        keras.layers.Dense(3),
    ])  # fmt: skip

    def loss(batch):
        scores = classifier(batch, training=False).numpy().astype(np.float64)
        return np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(9), LABELS]

    found = direction_fn(classifier)(images, LABELS).numpy()
    for row, column in np.ndindex(SHAPE[:2]):
        nudge = np.zeros(SHAPE, np.float32)
        nudge[row, column] = 5e-3
        slope = (loss(images + nudge) - loss(images - nudge)) / 1e-2
        sure = np.abs(slope) > 1e-3
        assert sure.any()
        np.testing.assert_array_equal(found[sure, row, column, 0], np.sign(slope[sure]))


def test_a_step_stays_inside_the_range_of_pixels(images):
    direction = np.ones_like(images)
    np.testing.assert_allclose(step(images, direction, 0.3), np.minimum(images + 0.3, 1))
    np.testing.assert_allclose(step(images, -direction, 0.3), np.maximum(images - 0.3, 0))
    np.testing.assert_array_equal(step(images, direction, 0.0), images)
