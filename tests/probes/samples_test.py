import numpy as np

from kerasae.data.split import MemorySplit
from kerasae.probes import samples


def test_each_class_gives_its_first_image():
    images = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1) * 10
    labels = np.array([3, 1, 3, 1, 0, 0])
    taken = samples.compute(None, MemorySplit(images, labels, ("a", "b", "c", "d")), 0)
    assert taken["names"].tolist() == ["a", "b", "d"]
    np.testing.assert_allclose(taken["images"].ravel(), np.array([40, 10, 0]) / 255, rtol=1e-6)
    assert samples.find_class(taken, "d") == 2
    assert samples.find_class(taken, "c") is None


def test_without_labels_the_first_two_are_taken(unlabelled):
    taken = samples.compute(None, unlabelled, 0)
    assert taken["names"].tolist() == ["image 1", "image 2"]
    np.testing.assert_allclose(taken["images"], unlabelled.images[:2] / 255, rtol=1e-6)


def test_an_image_without_a_label_is_of_no_class():
    images = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1) * 10
    taken = samples.compute(None, MemorySplit(images, np.array([-1, 1, -1, 0]), ("a", "b")), 0)
    assert taken["names"].tolist() == ["a", "b"]
    np.testing.assert_allclose(taken["images"].ravel(), np.array([30, 10]) / 255, rtol=1e-6)
    taken = samples.compute(None, MemorySplit(images, np.full(4, -1), ("a", "b")), 0)
    assert taken["names"].tolist() == ["image 1", "image 2"]
