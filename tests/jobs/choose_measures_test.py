"""Measures are chosen by the classes of the images that are left after sampling."""

import logging

import numpy as np
import pytest

from kerasae import registry
from kerasae.config import ConfigError
from kerasae.data.split import MemorySplit
from kerasae.jobs.evaluate import choose_measures

OF_LABELS = ("attack", "clustering", "leave_one_class_out", "noise")
IMAGES = np.zeros((20, 4, 4, 1), np.uint8)


def split(labels, names=("cat", "dog")):
    return MemorySplit(IMAGES, np.array(labels), names)


@pytest.mark.parametrize("measure", OF_LABELS)
def test_two_sampled_images_may_be_of_one_class(measure):
    """As a whole the test images have both classes."""
    whole, taken = split([0] * 10 + [1] * 10), set()
    for seed in range(10):
        sample = whole.subset(2, seed)
        classes = len(sample.classes_present)
        taken.add(classes)
        if classes == 2:
            assert list(choose_measures((measure,), sample, "pets")) == [measure]
            continue
        with pytest.raises(ConfigError, match=r"of at least two .* 2 test images of pets have 1\."):
            choose_measures((measure,), sample, "pets")
    assert taken == {1, 2}


def test_those_left_out_of_all_are_said(caplog):
    caplog.set_level(logging.INFO, "kerasae")
    chosen = choose_measures(("all",), split([0] * 20), "pets")
    assert not set(chosen) & set(OF_LABELS)
    assert "left out of all: attack, clustering, leave_one_class_out, noise" in caplog.text


@pytest.mark.parametrize("labels", [[-1] * 20, [-1] * 19 + [1]])
def test_images_without_a_label_are_of_no_class(labels):
    with pytest.raises(ConfigError, match="noise needs labels of at least two classes"):
        choose_measures(("noise",), split(labels), "pets")


def test_every_measure_of_labels_is_known_here():
    measures = registry.load_all(registry.MEASURES)
    assert tuple(sorted(name for name, m in measures.items() if m.NEEDS_LABELS)) == OF_LABELS
