import dataclasses
import math

import pytest

from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.training import history

HEADING = "epoch,loss,mse_per_pixel,val_mse_per_pixel,seconds,images_per_second\n"


def rows(*errors, validated=True):
    """One row an epoch with these errors, on held-out images or on the training images."""
    return [
        history.row(epoch, 0.6, 0.5 if validated else error, error if validated else None, 1.0, 10)
        for epoch, error in enumerate(errors, start=1)
    ]


def test_rows_come_back_to_the_last_digit(tmp_path):
    run = RunDir(tmp_path)
    written = [
        history.row(1, 1 / 3, 0.1234567890123456, None, 1.23456, 1000),
        history.row(2, 1e-8, 1e-9, None, 0.5, 1000),
    ]
    history.write(run, written)
    assert history.read(run) == written
    lines = run.history.read_text().splitlines()
    assert lines[0] + "\n" == HEADING
    assert lines[1] == "1,0.3333333333333333,0.1234567890123456,,1.235,810.0"


def test_nothing_there_is_no_rows(tmp_path):
    assert history.read(RunDir(tmp_path)) == []


def test_a_broken_link_is_something(tmp_path):
    run = RunDir(tmp_path)
    run.history.symlink_to("nowhere")
    with pytest.raises(RunError, match=r"history\.csv is missing"):
        history.read(run)


def test_rate_counts_images_by_seconds():
    assert history.row(1, 0.1, 0.1, None, 4.0, 1000).images_per_second == 250
    assert math.isfinite(history.row(1, 0.1, 0.1, None, 0.0, 1000).images_per_second)


@pytest.mark.parametrize(
    ("name", "value"),
    [("loss", math.nan), ("mse_per_pixel", math.inf), ("mse_per_pixel", -1.0), ("seconds", -1.0),
     ("val_mse_per_pixel", math.nan), ("val_mse_per_pixel", -1e-9)],
)  # fmt: skip
def test_what_cannot_be_is_no_row(name, value):
    with pytest.raises(ValueError, match=f"{name} can't be"):
        dataclasses.replace(rows(0.1)[0], **{name: value})


def test_a_loss_may_be_below_0():
    assert dataclasses.replace(rows(0.1)[0], loss=-2.0).loss == -2


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("1,0.1,0.1,nan,1.0,10.0\n", "line 2"),
        ("1,0.1,0.1,inf,1.0,10.0\n", "line 2"),
        ("1,0.1,0.1,0.1,1.0,10.0\n2,0.1,0.1,-1,1.0,10.0\n", "line 3: .*can't be -1"),
        ("1,0.1,0.1,0.1,-1.0,10.0\n", "line 2: seconds can't be"),
        ("1,0.1,,0.1,1.0,10.0\n", "line 2"),
        ("0,0.1,0.1,0.1,1.0,10.0\n", "epoch 0 stands where 1 should be"),
        ("1,0.1,0.1,0.1,1.0,10.0\n3,0.1,0.1,0.1,1.0,10.0\n", "epoch 3 stands where 2 should be"),
        ("2,0.1,0.1,0.1,1.0,10.0\n1,0.1,0.1,0.1,1.0,10.0\n", "epoch 2 stands where 1 should be"),
        ("1,0.1,0.1,,1.0,10.0\n2,0.1,0.1,0.1,1.0,10.0\n", "not every epoch has a validation"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path, lines, complaint):
    run = RunDir(tmp_path)
    run.history.write_text(HEADING + lines)
    with pytest.raises(RunError, match=rf"history\.csv is damaged: .*{complaint}"):
        history.read(run)


def test_a_history_of_an_earlier_version_is_refused(tmp_path):
    run = RunDir(tmp_path)
    run.history.write_text(
        "epoch,mse_per_pixel,val_mse_per_pixel,seconds,images_per_second\n1,0.1,,1.0,10.0\n"
    )
    with pytest.raises(RunError, match=r"of another version of kerasae: it has no column 'loss'"):
        history.read(run)


def test_the_best_epoch_is_judged_on_held_out_images_where_there_are_any():
    assert history.best_epoch(rows(0.3, 0.1, 0.2)) == 2
    assert history.best_epoch(rows(0.3, 0.1, 0.2, validated=False)) == 2
    both = [dataclasses.replace(r, mse_per_pixel=1 / r.epoch) for r in rows(0.3, 0.1, 0.2)]
    assert history.best_epoch(both) == 2
    assert history.best_epoch(rows(0.2, 0.1, 0.1)) == 2, "the first of equals"


@pytest.mark.parametrize(
    ("errors", "patience", "over"),
    [
        ([], 2, False),
        ([0.3], 2, False),
        ([0.3, 0.4], 2, False),
        ([0.3, 0.4, 0.5], 2, True),
        ([0.3, 0.4, 0.3], 2, True),
        ([0.3, 0.4, 0.2], 2, False),
        ([0.3, 0.4, 0.2, 0.3], 2, False),
        ([0.3, 0.2], 1, False),
        ([0.2, 0.3], 1, True),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 0, False),
    ],
)
def test_early_stopping_ends_after_that_many_epochs_without_a_better_one(errors, patience, over):
    assert history.early_stopped(rows(*errors), patience) is over
