"""The data that a trained encoder is applied to."""

import dataclasses

import pytest

from kerasae.config import AppliedDataConfig, DataConfig
from kerasae.runs.open_run import applied_data


@pytest.mark.parametrize(
    ("own", "wanted", "used"),
    [("mnist", "mnist:3.0.1", "mnist:3.0.1"), ("mnist:3.0.1", "mnist", "mnist:3.0.1"),
     ("mnist:1.0.0", "mnist:3.0.1", "mnist:3.0.1"), ("mnist", "tfds:mnist", "mnist")],
)  # fmt: skip
def test_any_version_of_the_own_dataset_is_taken_as_in_training(own, wanted, used):
    """And the version that was asked for last is the one that is read."""
    trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
    found = applied_data(trained, AppliedDataConfig(dataset=wanted))
    assert (found.dataset, found.classes, found.max_examples) == (used, ("1", "8"), 50)


@pytest.mark.parametrize("wanted", ["pictures:/b", "fashion_mnist:3.0.1", "tfds:digits"])
def test_another_dataset_is_taken_as_it_is_asked_for(wanted):
    for own in ("pictures:/a", "mnist:3.0.1", "digits"):
        trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
        assert applied_data(trained, AppliedDataConfig(dataset=wanted)) == DataConfig(
            dataset=wanted
        )


class TestHowARunsDataIsReadAgain:
    """As it was in training: from the same place, with the same budget, without a download."""

    @pytest.fixture
    def own(self):
        return DataConfig("mnist", "/data", False, ("1", "8"), 7, (9,), 0.25, memory_budget_mb=10)

    def test_its_own(self, own):
        found = applied_data(own, AppliedDataConfig())
        assert found == dataclasses.replace(own, validation_fraction=0.0)

    def test_another_dataset(self, own):
        other = applied_data(own, AppliedDataConfig(dataset="fashion_mnist"))
        assert (other.data_dir, other.download, other.memory_budget_mb) == ("/data", False, 10)
        assert (other.classes, other.max_examples) == ((), None)

    def test_what_is_given_counts(self, own):
        given = AppliedDataConfig("/here", True, classes=("3",), memory_budget_mb=2)
        found = applied_data(own, given)
        assert (found.data_dir, found.download, found.memory_budget_mb) == ("/here", True, 2)
        assert (found.classes, found.max_examples) == (("3",), 7)
