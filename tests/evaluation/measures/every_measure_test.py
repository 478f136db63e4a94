"""The contract, for every measure."""

import measure_contract
import pytest

from kerasae import registry
from kerasae.evaluation.measures import leave_one_class_out
from kerasae.run_dir import RunDir

MEASURES = registry.names(registry.MEASURES)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(leave_one_class_out, "IMAGES", 60)
    monkeypatch.setattr(leave_one_class_out, "EPOCHS", 1)


def load(name):
    return registry.load(registry.MEASURES, name, "--measures")


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_keeps_the_contract(name, subject, tmp_path):
    measure_contract.check(load(name), subject, RunDir(tmp_path))


@pytest.mark.parametrize("name", [name for name in MEASURES if not load(name).NEEDS_LABELS])
def test_a_measure_that_needs_no_labels_does_without(name, unlabelled_subject):
    measure = load(name)
    assert not measure.NEEDS_CLASSIFIERS
    measure_contract.check_measured(measure, measure.compute(unlabelled_subject))


def test_chance_counts_the_classes_that_are_there(subject):
    assert subject.chance == pytest.approx(1 / 3)
