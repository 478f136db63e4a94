"""The data that a trained encoder is applied to."""

import pytest

from kerasae.config import DataConfig
from kerasae.runs.open_run import with_own_choices


@pytest.mark.parametrize(
    ("own", "wanted", "used"),
    [("mnist", "mnist:3.0.1", "mnist:3.0.1"), ("mnist:3.0.1", "mnist", "mnist:3.0.1"),
     ("mnist:1.0.0", "mnist:3.0.1", "mnist:3.0.1"), ("mnist", "tfds:mnist", "mnist")],
)  # fmt: skip
def test_any_version_of_the_own_dataset_is_taken_as_in_training(own, wanted, used):
    """And the version that was asked for last is the one that is read."""
    trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
    found = with_own_choices(trained, DataConfig(dataset=wanted))
    assert (found.dataset, found.classes, found.max_examples) == (used, ("1", "8"), 50)


@pytest.mark.parametrize("wanted", ["pictures:/b", "fashion_mnist:3.0.1", "tfds:digits"])
def test_another_dataset_is_taken_as_it_is_asked_for(wanted):
    for own in ("pictures:/a", "mnist:3.0.1", "digits"):
        trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
        assert with_own_choices(trained, DataConfig(dataset=wanted)) == DataConfig(dataset=wanted)
