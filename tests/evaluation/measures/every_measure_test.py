"""What holds for every measure."""

import io
import json
import math

import numpy as np
import pytest

from kerasae import registry
from kerasae.evaluation.measure import identifier, unit_of
from kerasae.evaluation.measures import leave_one_class_out

MEASURES = registry.names("kerasae.evaluation.measures")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(leave_one_class_out, "IMAGES", 60)
    monkeypatch.setattr(leave_one_class_out, "EPOCHS", 1)


def load(name):
    return registry.load("kerasae.evaluation.measures", name, "--measures")


def check(measure, measured):
    """The numbers have units, tables are regular, everything can be written."""
    assert measured.summary
    for name, value in measured.summary.items():
        assert isinstance(value, float), name
        assert " " not in name
        assert unit_of(name, measure.UNITS)
    json.dumps(measured.settings, allow_nan=False)
    for rows in measured.tables.values():
        assert rows
        assert all(list(row) == list(rows[0]) for row in rows)
    file = io.BytesIO()
    np.savez(file, **measured.arrays)
    file.seek(0)
    for key, array in np.load(file, allow_pickle=False).items():
        if array.dtype.kind == "f":
            assert np.isfinite(array).all(), key


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_whole_and_the_same_twice(name, subject):
    measure = load(name)
    models = [subject.autoencoder.model, subject.pca.model, *subject.classifiers.values()]
    before = [model.get_weights() for model in models]
    first, second = measure.compute(subject), measure.compute(subject)
    check(measure, first)
    for key, value in first.summary.items():
        assert value == second.summary[key] or (math.isnan(value) and not measure.SLOW), key
    for key, array in first.arrays.items():
        np.testing.assert_array_equal(array, second.arrays[key])
    for model, weights in zip(models, before, strict=True):
        for old, new in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("name", [name for name in MEASURES if not load(name).NEEDS_LABELS])
def test_a_measure_that_needs_no_labels_does_without(name, unlabelled_subject):
    measure = load(name)
    assert not measure.NEEDS_CLASSIFIERS
    check(measure, measure.compute(unlabelled_subject))


def test_units_are_found_by_pattern():
    units = {"area_*": "of one", "area": "whole"}
    assert unit_of("area_x", units) == "of one"
    assert unit_of("area", units) == "whole"
    with pytest.raises(KeyError, match="no unit for length"):
        unit_of("length", units)
    assert identifier("pca linear") == "pca_linear"


def test_chance_counts_the_classes_that_are_there(subject):
    assert subject.chance == pytest.approx(1 / 3)
