"""The heads beside scikit-learn on the same codes: 1,437 digits as 64 pixels, 360 to test on."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, RidgeClassifier, RidgeClassifierCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kerasae.readouts.heads import ffn, knn, linear, ridge


@pytest.fixture(scope="module")
def digits():
    """Train codes and labels, test codes and labels."""
    from kerasae.data import pipeline
    from kerasae.data.config import DataConfig

    config = DataConfig(image_size=(8,))
    data = pipeline.load(pipeline.open_source(config), config, seed=0)
    flat = [
        split.images.numpy().reshape(split.num_images, -1).astype(np.float32)
        for split in (data.train, data.test)
    ]
    return flat[0], data.train.labels, flat[1], data.test.labels


def theirs(model, digits):
    codes, labels, asked, _ = digits
    return make_pipeline(StandardScaler(), model).fit(codes, labels).predict(asked)


def test_linear_is_logistic_regression(digits):
    codes, labels, asked, _ = digits
    ours = linear.fit(linear.Config(iterations=1_000), codes, labels, 10, 0).predict(asked)
    assert np.mean(ours == theirs(LogisticRegression(max_iter=1_000), digits)) > 0.995


def test_linear_stops_after_its_iterations_and_says_so(digits):
    codes, labels, asked, truth = digits
    short = linear.fit(linear.Config(iterations=2), codes, labels, 10, 0)
    assert short.settings["iterations_run"] == 2
    whole = linear.fit(linear.Config(), codes, labels, 10, 0)
    assert 2 < whole.settings["iterations_run"] < linear.Config().iterations
    assert np.mean(short.predict(asked) == truth) < np.mean(whole.predict(asked) == truth)


def test_ridge_is_the_ridge_classifier(digits):
    codes, labels, asked, _ = digits
    readout = ridge.fit(ridge.Config(), codes, labels, 10, 0)
    penalty = readout.settings["penalty"]
    assert penalty in ridge.Config().penalties
    expected = theirs(RidgeClassifier(alpha=penalty), digits)
    np.testing.assert_array_equal(readout.predict(asked), expected)


def test_ridge_of_two_classes_is_the_ridge_classifier(digits):
    codes, labels, asked, _ = digits
    labels = (labels > 4).astype(np.int64)
    readout = ridge.fit(ridge.Config(), codes, labels, 2, 0)
    model = RidgeClassifier(alpha=readout.settings["penalty"])
    expected = theirs(model, (codes, labels, asked, None))
    np.testing.assert_array_equal(readout.predict(asked), expected)


@pytest.mark.parametrize("images", [40, 1_000], ids=["fewer than features", "more"])
def test_ridge_chooses_as_scikit_learn_does(digits, images):
    codes, labels, asked, _ = (part[:images] for part in digits)
    readout = ridge.fit(ridge.Config((0.01, 0.1, 1.0, 10.0, 100.0)), codes, labels, 10, 0)
    chooser = RidgeClassifierCV(alphas=readout.settings["penalties"])
    model = make_pipeline(StandardScaler(), chooser).fit(codes.astype(np.float64), labels)
    assert readout.settings["penalty"] == model[-1].alpha_
    scores = readout.model(asked).numpy()
    np.testing.assert_allclose(scores, model.decision_function(asked), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("neighbours", [1, 5])
def test_knn_is_the_neighbours_classifier(digits, neighbours):
    codes, labels, asked, _ = digits
    readout = knn.fit(knn.Config(neighbours), codes, labels, 10, 0)
    expected = theirs(KNeighborsClassifier(neighbours, algorithm="brute"), digits)
    np.testing.assert_array_equal(readout.predict(asked), expected)


def test_ffn_gets_more_than_linear(digits):
    codes, labels, asked, truth = digits
    readout = ffn.fit(ffn.Config(), codes, labels, 10, 0)
    assert np.mean(readout.predict(asked) == truth) > 0.97
