"""The data that a trained encoder is applied to."""

import dataclasses

import made_records
import pytest

from kerasae.config import ConfigError
from kerasae.data import pipeline
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.run_dir import RunDir
from kerasae.runs.applied_data import open_applied, other_data, own_data


@pytest.mark.parametrize(
    ("own", "wanted", "used"),
    [("mnist", "mnist:3.0.1", "mnist:3.0.1"), ("mnist:3.0.1", "mnist", "mnist:3.0.1"),
     ("mnist:1.0.0", "mnist:3.0.1", "mnist:3.0.1"), ("mnist", "tfds:mnist", "mnist"),
     ("mnist", "a_copy", "a_copy")],
)  # fmt: skip
def test_the_own_dataset_is_taken_as_in_training(own, wanted, used):
    """And the version, or the name of a copy, that was asked for is the one that is read."""
    trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
    found = own_data(trained, AppliedDataConfig(dataset=wanted))
    assert (found.dataset, found.classes, found.max_examples) == (used, ("1", "8"), 50)


@pytest.mark.parametrize("wanted", ["pictures:/b", "fashion_mnist:3.0.1", "tfds:digits"])
def test_another_dataset_is_taken_as_it_is_asked_for(wanted):
    for own in ("pictures:/a", "mnist:3.0.1", "digits"):
        trained = DataConfig(dataset=own, classes=("1", "8"), max_examples=50)
        assert other_data(trained, AppliedDataConfig(dataset=wanted)) == DataConfig(dataset=wanted)


class TestHowARunsDataIsReadAgain:
    """As it was in training: from the same place, with the same budget, without a download."""

    @pytest.fixture
    def own(self):
        return DataConfig(
            "mnist", "/data", False, classes=("1", "8"), max_examples=7, image_size=(9,),
            validation_fraction=0.25, memory_budget_mb=10,
        )  # fmt: skip

    def test_its_own(self, own):
        found = own_data(own, AppliedDataConfig())
        assert found == dataclasses.replace(own, validation_fraction=0.0)

    def test_another_dataset(self, own):
        other = other_data(own, AppliedDataConfig(dataset="fashion_mnist"))
        assert (other.data_dir, other.download, other.memory_budget_mb) == ("/data", False, 10)
        assert (other.classes, other.max_examples) == ((), None)

    def test_what_is_given_counts(self, own):
        given = AppliedDataConfig("/here", True, classes=("3",), memory_budget_mb=2)
        found = own_data(own, given)
        assert (found.data_dir, found.download, found.memory_budget_mb) == ("/here", True, 2)
        assert (found.classes, found.max_examples) == (("3",), 7)


class TestWhichDatasetIsTheRunsOwn:
    """The one with its content."""

    TRAINED = ("--dataset=mnist", "--classes=1,8", "--max_examples=7", "--nodownload")

    @pytest.fixture
    def opened(self, tmp_path, monkeypatch):
        """Opens what is asked for, where a dataset with some content lies."""

        def opened(content, **applied):
            run = RunDir(tmp_path)
            made_records.write_run(run, self.TRAINED)

            @dataclasses.dataclass
            class Source:
                spec = dataclasses.replace(made_records.spec(), content=content)

            monkeypatch.setattr(pipeline, "open_source", lambda config: Source())
            return open_applied(run, AppliedDataConfig(**applied))[1]

        return opened

    @pytest.mark.parametrize("applied", [{}, {"data_dir": "/b"}, {"dataset": "a_copy"}])
    def test_the_same_content_is_it(self, opened, applied):
        config = opened(made_records.spec().content, **applied)
        assert (config.classes, config.max_examples) == (("1", "8"), 7)
        assert config.image_size == (28, 28)

    @pytest.mark.parametrize(
        "applied", [{"data_dir": "/b"}, {"dataset": "mnist:1.0.0"}, {"dataset": "fashion_mnist"}]
    )
    def test_other_content_that_was_asked_for_is_another_one(self, opened, applied):
        config = opened("other images", **applied)
        assert (config.classes, config.max_examples) == ((), None)
        assert config.dataset == applied.get("dataset", "mnist")

    @pytest.mark.parametrize("applied", [{}, {"dataset": "mnist"}, {"resize": True}])
    def test_other_content_that_nobody_asked_for_is_refused(self, opened, applied):
        with pytest.raises(ConfigError, match=r"of mnist.*, now mnist.* other images\. --data_dir"):
            opened("other images", **applied)
