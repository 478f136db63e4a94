"""Published numbers beside ours, with the difference."""

import shutil

import pytest

from kerasae import files, registry
from kerasae.data.dataset_name import DatasetName
from kerasae.published import experiments
from kerasae.reporting import numbers
from kerasae.run_dir import RunDir
from kerasae.runs import settings

TEN = [str(digit) for digit in range(10)]


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may change, made to look like the published model on all of MNIST."""
    shutil.copytree(finished.path, tmp_path / "run")
    copy = RunDir(tmp_path / "run")
    config = files.read_json(copy.config)
    config["settings"] = settings.to_json(experiments.load("cognition").config())
    config |= {"train_images": 60_000, "image_shape": [28, 28, 1], "classes": TEN}
    files.write_json(copy.config, config)
    return copy


def change(run, **facts):
    files.write_json(run.config, {**files.read_json(run.config), **facts})


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
    write_readout(run, "fashion_mnist", "linear", 0.8, zero_shot_accuracy=0.1)
    (row,) = numbers.table(run, "transfer").rows
    assert row == ("fashion_mnist", "linear readout", 0.8, 0.1)
    assert len(numbers.table(run, "readouts").rows) == 1


def test_losses_of_every_epoch(run):
    rows = numbers.table(run, "training_loss").rows
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows] == [0.0463, 0.0121, 0.0080]
    for _, theirs, ours, difference in rows:
        assert difference == pytest.approx(ours - theirs)


@pytest.mark.parametrize("fact", [{"train_images": 1437}, {"image_shape": [36, 36, 1]}])
def test_no_published_number_beside_a_run_of_other_images(run, fact):
    change(run, **fact)
    write_readout(run, "mnist", "linear", 0.93)
    losses, readouts = numbers.table(run, "training_loss"), numbers.table(run, "readouts")
    assert (losses.columns, [row[0] for row in losses.rows]) == (("epoch", "ours"), [1, 2, 3])
    assert (readouts.columns, readouts.rows) == (("readout", "ours"), (("linear readout", 0.93),))


@pytest.mark.parametrize("typed", ["fashion_mnist", "fashion_mnist:3.0.1"])
def test_baselines_of_another_dataset_are_found_as_it_was_typed(run, typed):
    folder = DatasetName.parse(typed).path_part
    content = {"dataset": "fashion_mnist:3.0.1", "accuracy": 0.8, "classes": TEN}
    files.write_json(run.readouts / folder / "linear.json", content)
    accuracy = {"pca": {"linear": 0.7}}
    files.write_json(run.readouts / folder / "baselines.json", {"accuracy": accuracy})
    assert numbers.table(run, "transfer").rows == (
        ("fashion_mnist:3.0.1", "linear readout", 0.8, None),
        ("fashion_mnist:3.0.1", "pca, linear readout", 0.7, None),
    )


@pytest.mark.parametrize("name", [*numbers.TABLES, *registry.names(registry.MEASURES)])
def test_every_table_has_rows_or_the_command_that_makes_them(run, name):
    table = numbers.table(run, name)
    assert bool(table.rows) != bool(table.missing)
    if table.missing:
        assert table.missing.startswith("python -m kerasae.")
