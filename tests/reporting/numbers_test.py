"""Published numbers beside ours, with the difference."""

import dataclasses
import shutil

import pytest
from made_records import TEN, change_run, spec, write_readout

from kerasae import registry
from kerasae.published import experiments
from kerasae.reporting import numbers
from kerasae.run_dir import RunDir
from kerasae.runs import settings

MNIST, FASHION = spec("mnist:3.0.1"), spec("fashion_mnist:3.0.1")


@pytest.fixture
def run(finished, tmp_path):
    """A copy that a test may change, made to look like the published model on all of MNIST."""
    shutil.copytree(finished.path, tmp_path / "run")
    copy = RunDir(tmp_path / "run")
    change_run(
        copy,
        settings=settings.to_json(experiments.load("cognition").config()),
        dataset=MNIST,
        train_images=60_000,
        image_shape=(28, 28, 1),
        classes=TEN,
    )
    return copy


def test_readouts_stand_beside_the_published_accuracies(run):
    write_readout(run, MNIST, "linear", 0.93)
    write_readout(run, MNIST, "ffn", 0.99)
    write_readout(run, MNIST, "ridge", 0.88)
    table = numbers.table(run, "readouts")
    assert table.columns == ("readout", "labels", "published", "ours", "difference")
    rows = {row[0]: row[1:] for row in table.rows}
    # The sums of the published diagonals over 10,000: 8,200 and 8,308 (the report's accuracies).
    assert rows["linear readout"][:2] == (60_000, pytest.approx(0.8200))
    assert rows["feed-forward readout"][1] == pytest.approx(0.8308)
    assert rows["linear readout"][3] == pytest.approx(0.11)
    assert rows["ridge readout"] == (60_000, None, 0.88, None)


def test_readouts_of_fewer_labels_stand_by_themselves(run):
    """Each with its number of labels; the published numbers are of all of them."""
    write_readout(run, MNIST, "linear", 0.93)
    write_readout(run, MNIST, "linear", 0.85, train_images=5_000, max_examples=5_000)
    write_readout(run, MNIST, "linear", 0.99, train_images=12_000, kept=("1", "8"))
    write_readout(run, MNIST, "linear", 0.92, seed=3)
    rows = [row[:4] for row in numbers.table(run, "readouts").rows]
    assert rows == [
        ("linear readout, seed 0", 60_000, pytest.approx(0.82), 0.93),
        ("linear readout, seed 3", 60_000, pytest.approx(0.82), 0.92),
        ("linear readout, classes 1, 8", 12_000, None, 0.99),
        ("linear readout", 5_000, None, 0.85),
    ]


def test_a_section_may_show_one_kind_of_readout(run):
    write_readout(run, MNIST, "linear", 0.93)
    write_readout(run, MNIST, "ffn", 0.99)
    rows = {
        name: [row[0] for row in numbers.table(run, name).rows]
        for name in ("feed_forward_readouts", "other_readouts")
    }
    assert rows == {
        "feed_forward_readouts": ["feed-forward readout"],
        "other_readouts": ["linear readout"],
    }


def test_baselines_stand_below(run):
    write_readout(run, MNIST, "linear", 0.93)
    for head in ("linear", "ridge"):
        write_readout(run, MNIST, head, 0.9, features_of="baselines/pca")
    rows = [row[0] for row in numbers.table(run, "readouts").rows]
    assert rows == ["linear readout", "linear readout, of PCA", "ridge readout, of PCA"]


def test_other_datasets_stand_apart(run):
    write_readout(run, MNIST, "linear", 0.93)
    write_readout(run, FASHION, "linear", 0.8, zero_shot_accuracy=0.1)
    write_readout(run, FASHION, "linear", 0.7, features_of="baselines/pca")
    assert numbers.table(run, "transfer").rows == (
        ("fashion_mnist:3.0.1", "linear readout", 60_000, 0.8, 0.1),
        ("fashion_mnist:3.0.1", "linear readout, of PCA", 60_000, 0.7, None),
    )
    assert len(numbers.table(run, "readouts").rows) == 1


def test_other_images_of_the_same_name_stand_apart(run):
    other = dataclasses.replace(MNIST, content="other images")
    write_readout(run, MNIST, "linear", 0.93)
    write_readout(run, other, "linear", 0.12)
    (own,), (row,) = numbers.table(run, "readouts").rows, numbers.table(run, "transfer").rows
    assert own[3] == 0.93
    assert row[:4] == ("mnist:3.0.1 (other im)", "linear readout", 60_000, 0.12)


def test_losses_of_every_epoch(run):
    rows = numbers.table(run, "training_loss").rows
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [row[1] for row in rows] == [0.0463, 0.0121, 0.0080]
    for _, theirs, ours, difference in rows:
        assert difference == pytest.approx(ours - theirs)


@pytest.mark.parametrize("fact", [{"train_images": 1437}, {"image_shape": (36, 36, 1)}])
def test_no_published_number_beside_a_run_of_other_images(run, fact):
    change_run(run, **fact)
    write_readout(run, MNIST, "linear", 0.93)
    losses, readouts = numbers.table(run, "training_loss"), numbers.table(run, "readouts")
    assert (losses.columns, [row[0] for row in losses.rows]) == (("epoch", "ours"), [1, 2, 3])
    assert readouts.columns == ("readout", "labels", "ours")
    assert readouts.rows == (("linear readout", 60_000, 0.93),)


@pytest.mark.parametrize("name", [*numbers.TABLES, *registry.names(registry.MEASURES)])
def test_every_table_has_rows_or_the_command_that_makes_them(run, name):
    table = numbers.table(run, name)
    assert bool(table.rows) != bool(table.missing)
    if table.missing:
        assert table.missing.startswith("python -m kerasae.")
