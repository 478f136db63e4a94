"""Published numbers beside ours, with the difference."""

import shutil

import pytest

from kerasae import run_dir as files
from kerasae.reporting import numbers
from kerasae.run_dir import RunDir

TEN = [str(digit) for digit in range(10)]


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may change, made to look like a run on MNIST."""
    shutil.copytree(finished.path, tmp_path / "run")
    copy = RunDir(tmp_path / "run")
    config = files.read_json(copy.config)
    config["settings"]["data"]["dataset"] = "mnist"
    files.write_json(copy.config, config)
    return copy


def write_readout(run, dataset, head, accuracy, **more):
    content = {"dataset": dataset, "accuracy": accuracy, "classes": TEN, **more}
    files.write_json(run.readouts / dataset / f"{head}.json", content)


def test_readouts_stand_beside_the_published_accuracies(run):
    write_readout(run, "mnist", "linear", 0.93)
    write_readout(run, "mnist", "ffn", 0.99)
    write_readout(run, "mnist", "ridge", 0.88)
    rows = {row[0]: row[1:] for row in numbers.table(run, "readouts").rows}
    # The sums of the published diagonals over 10,000: 8,200 and 8,308 (the report's accuracies).
    assert rows["linear readout"][0] == pytest.approx(0.8200)
    assert rows["ffn readout"][0] == pytest.approx(0.8308)
    assert rows["linear readout"][2] == pytest.approx(0.11)
    assert rows["ridge readout"] == (None, 0.88, None)


def test_baselines_stand_below(run):
    write_readout(run, "mnist", "linear", 0.93)
    accuracy = {"pca": {"linear": 0.91, "ridge": 0.85}}
    files.write_json(run.readouts / "mnist" / "baselines.json", {"accuracy": accuracy})
    rows = [row[0] for row in numbers.table(run, "readouts").rows]
    assert rows == ["linear readout", "pca, linear readout", "pca, ridge readout"]


def test_other_datasets_stand_apart(run):
    write_readout(run, "mnist", "linear", 0.93)
    write_readout(run, "fashion_mnist", "linear", 0.8, as_is_accuracy=0.1)
    (row,) = numbers.table(run, "transfer").rows
    assert row == ("fashion_mnist", "linear readout", 0.8, 0.1)
    assert len(numbers.table(run, "readouts").rows) == 1


def test_losses_of_every_epoch(run):
    rows = numbers.table(run, "training_loss").rows
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows] == [0.0463, 0.0121, 0.0080]
    for _, theirs, ours, difference in rows:
        assert difference == pytest.approx(ours - theirs)


@pytest.mark.parametrize("name", sorted(numbers.TABLES))
def test_every_table_has_rows_or_the_command_that_makes_them(run, name):
    table = numbers.table(run, name)
    assert bool(table.rows) != bool(table.missing)
    if table.missing:
        assert table.missing.startswith("python -m kerasae.")
