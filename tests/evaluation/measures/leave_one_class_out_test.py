import dataclasses

import numpy as np
import pytest

from kerasae import registry
from kerasae.config import ConfigError, RunError
from kerasae.data.split import MemorySplit
from kerasae.evaluation.measures import leave_one_class_out as measure
from kerasae.evaluation.measures.anomaly import auroc_and_ap
from kerasae.evaluation.measures.reconstruction import errors_per_image
from kerasae.models.autoencoder import build_autoencoder


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(measure, "IMAGES", 90)
    monkeypatch.setattr(measure, "EPOCHS", 1)


@pytest.mark.usefixtures("quick")
def test_no_autoencoder_sees_the_class_that_it_is_tried_on(subject, pixels_of, monkeypatch):
    """Instead of training, the images are looked up among all training images."""
    everything = pixels_of(subject.train).reshape(subject.train.num_images, -1)
    seen = []

    def note(subject, images):
        flat = images.reshape(len(images), -1)
        at = [int(np.abs(everything - image).sum(axis=1).argmin()) for image in flat]
        np.testing.assert_allclose(everything[at], flat, atol=1e-6)
        assert len(set(at)) == len(at)
        seen.append(subject.train.labels[at])
        return subject.autoencoder

    monkeypatch.setattr(measure, "trained", note)
    measured = measure.compute(subject)
    control, *without = seen
    assert len(control) == 60 and set(control) == {0, 1, 2}
    for label, labels in enumerate(without):
        assert set(labels) == {0, 1, 2} - {label}
        assert 50 < len(labels) < 70
    # All were the same model, so each class has the area of the control.
    errors = errors_per_image(subject.autoencoder, subject.test)
    for label, row in enumerate(measured.tables["classes"]):
        inside = subject.test.labels == label
        assert (
            row["auroc"] == row["control_auroc"] == auroc_and_ap(errors[~inside], errors[inside])[0]
        )
        assert row["class"] == ("zero", "one", "two")[label]
        assert row["test_images"] == inside.sum()
    areas = [row["auroc"] for row in measured.tables["classes"]]
    assert measured.summary["left_out_auroc_mean"] == pytest.approx(np.mean(areas))
    assert measured.summary["left_out_auroc_lowest"] == min(areas)
    np.testing.assert_array_equal(measured.arrays["errors"], [errors] * 3)


def test_training_makes_a_new_autoencoder_better(subject, pixels_of, monkeypatch):
    monkeypatch.setattr(measure, "EPOCHS", 15)
    monkeypatch.setattr(measure, "BATCH_SIZE", 20)
    fresh = measure.trained(subject, pixels_of(subject.train))
    before = errors_per_image(subject.autoencoder, subject.test).mean()
    assert errors_per_image(fresh, subject.test).mean() < 0.7 * before
    own = {id(variable) for variable in subject.autoencoder.model.variables}
    assert own.isdisjoint(id(variable) for variable in fresh.model.variables)


@pytest.mark.usefixtures("quick")
def test_weights_that_are_no_numbers_are_refused(subject, monkeypatch):
    monkeypatch.setattr(
        measure,
        "errors_per_image",
        lambda autoencoder, split: np.full(split.num_images, np.nan, np.float32),
    )
    monkeypatch.setattr(measure, "trained", lambda subject, images: subject.autoencoder)
    with pytest.raises(RunError, match="NaN in training"):
        measure.compute(subject)


def test_a_tied_autoencoder_stays_tied(subject, three_digits, pixels_of, monkeypatch):
    monkeypatch.setattr(measure, "EPOCHS", 1)
    family = registry.load("kerasae.models.families", "all_convolutional", "--model")
    config = family.Config(filters=(3, 2), kernel_sizes=(3, 3))
    tied = dataclasses.replace(
        subject, autoencoder=build_autoencoder("all_convolutional", config, (8, 8, 1))
    )
    fresh = measure.trained(tied, pixels_of(three_digits[0])[:20]).model
    shapes = [variable.shape for variable in tied.autoencoder.model.trainable_variables]
    assert [variable.shape for variable in fresh.trainable_variables] == shapes


def test_training_images_of_one_class_are_refused(subject):
    """There would be nothing to train on without it."""
    (zeros,) = np.nonzero(subject.train.labels == 0)
    one = MemorySplit(subject.train.take(zeros), subject.train.labels[zeros], ("zero", "one"))
    with pytest.raises(ConfigError, match=r"at least two classes\. Received: classes=zero\."):
        measure.compute(dataclasses.replace(subject, train=one))
