"""The first images of each class, none of them large."""

import numpy as np

from kerasae.data import samples_by_class
from kerasae.data.samples_by_class import SamplesByClass


def images(*values, side=2):
    return np.array(values, np.uint8)[:, None, None, None] * np.ones((1, side, side, 1), np.uint8)


def first_values(samples):
    return {label: [int(image[0, 0, 0]) for image in found] for label, found in
            samples.images.items()}  # fmt: skip


def test_the_first_of_each_class_over_batches(monkeypatch):
    monkeypatch.setattr(samples_by_class, "FEW", 2)
    samples = SamplesByClass((1, 8))
    samples.add(images(10, 11, 12, 13), np.array([8, 5, 1, -1]))
    samples.add(images(20, 21, 22, 23), np.array([8, 8, 8, -1]))
    samples.add(images(30), np.array([8]))
    assert first_values(samples) == {1: [12], 8: [10, 20], -1: [13, 23]}


def test_more_of_a_dataset_without_labels():
    samples = SamplesByClass(())
    samples.add(images(*range(100)), np.full(100, -1))
    assert first_values(samples) == {-1: list(range(samples_by_class.MANY))}


def test_classes_beyond_the_first_are_left_out():
    samples = SamplesByClass(range(1000))
    samples.add(images(1, 2), np.array([999, 29]))
    assert first_values(samples)[29] == [2]
    assert 999 not in samples.images


def test_large_images_become_smaller_in_their_proportions():
    samples = SamplesByClass(())
    samples.add(np.full((1, 1000, 250, 3), 200, np.uint8), np.array([-1]))
    (image,) = samples.images[-1]
    assert image.shape == (128, 32, 3)
    assert (image == 200).all()
