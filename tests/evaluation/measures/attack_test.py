import math

import numpy as np
import pytest

from kerasae.evaluation.measures import attack


@pytest.fixture(scope="module")
def measured(subject):
    return attack.compute(subject)


def accuracy(measured, classifier, direction="gradient sign"):
    return {
        row["size"]: row["accuracy"]
        for row in measured.tables["curves"]
        if (row["classifier"], row["direction"]) == (classifier, direction)
    }


def test_against_the_gradient_by_hand(measured, subject, regression, pixels_of):
    images, labels = pixels_of(subject.test), subject.test.labels
    flat = images.reshape(len(images), -1)
    error = regression.predict_proba(flat) - np.eye(3)[labels]
    direction = np.sign(error @ regression.coef_)
    found = accuracy(measured, "regression")
    assert list(found) == list(attack.SIZES)
    for size, value in found.items():
        attacked = (flat + size * direction).clip(0, 1)
        assert value == pytest.approx(regression.score(attacked, labels), abs=0.012)
    assert measured.summary["attack_accuracy_0.1_regression"] == found[0.1]


def test_the_gradient_does_more_harm_than_luck(measured):
    attacked, by_luck = (
        accuracy(measured, "regression", direction)
        for direction in ("gradient sign", "random sign")
    )
    assert attacked[0.0] == by_luck[0.0]
    assert attacked[0.3] < by_luck[0.3] - 0.2


def test_what_can_not_be_attacked_stays(measured, subject):
    share = np.mean(subject.test.labels == 1)
    assert set(accuracy(measured, "always one").values()) == {share}


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        ({0.0: 0.9, 0.1: 0.7, 0.2: 0.3, 0.3: 0.1}, 0.15),
        ({0.0: 0.9, 0.1: 0.5, 0.2: 0.4}, 0.1),
        ({0.0: 0.9, 0.1: 0.0, 0.2: 0.8}, 0.1 * 0.4 / 0.9),
        ({0.0: 0.9, 0.1: 0.8, 0.2: 0.6}, math.nan),
        ({0.0: 0.1, 0.1: 0.0, 0.2: 0.0}, math.nan),
    ],
    ids=["between", "on a size", "the first time", "never", "at chance from the start"],
)
def test_half_way_to_a_chance_of_a_tenth(accuracy, expected):
    assert attack.half_size(accuracy, 0.1) == pytest.approx(expected, nan_ok=True)


def test_the_examples_are_the_first_image_of_each_class(measured, subject, pixels_of):
    arrays = measured.arrays
    assert arrays["classes"].tolist() == ["zero", "one", "two"]
    assert arrays["classifiers"].tolist() == ["regression", "always one"]
    images = pixels_of(subject.test)
    firsts = [np.flatnonzero(subject.test.labels == label)[0] for label in range(3)]
    np.testing.assert_allclose(arrays["images"], images[firsts], atol=1e-6)
    moved = np.abs(arrays["attacked"][0] - arrays["images"])
    assert moved.max() == pytest.approx(0.1, abs=1e-6)
    assert arrays["attacked"].min() >= 0 and arrays["attacked"].max() <= 1
    for clean, kind in (("images", "reconstructions"), ("attacked", "attacked_reconstructions")):
        inputs = arrays[clean].reshape(-1, 8, 8, 1)
        outputs = subject.autoencoder.model.predict(inputs, verbose=0)
        np.testing.assert_allclose(arrays[kind].reshape(outputs.shape), outputs, atol=1e-5)
    assert arrays["predictions"][0].tolist() == ["zero", "one", "two"]
    assert arrays["attacked_predictions"][1].tolist() == ["one"] * 3


def test_examples_come_from_any_batch(subject, monkeypatch, measured):
    monkeypatch.setattr(attack, "BATCH", 1)
    monkeypatch.setattr(attack, "SIZES", (0.0, 0.1))
    np.testing.assert_allclose(
        attack.compute(subject).arrays["images"], measured.arrays["images"], atol=1e-6
    )
