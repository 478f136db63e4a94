import math

import pytest

from kerasae import names
from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.training import history


def rows(*errors, column=names.VAL_MSE_PER_PIXEL):
    """One row an epoch with these errors in one column."""
    made = [history.row(epoch, 0.6, 0.5, None, 1.0, 10) for epoch in range(1, len(errors) + 1)]
    return [row | {column: error} for row, error in zip(made, errors, strict=True)]


def test_columns_of_the_file():
    assert list(history.COLUMNS) == [
        "epoch", "loss", "mse_per_pixel", "val_mse_per_pixel", "seconds", "images_per_second",
    ]  # fmt: skip


def test_rows_come_back_to_the_last_digit(tmp_path):
    run = RunDir(tmp_path)
    written = [
        history.row(1, 1 / 3, 0.1234567890123456, None, 1.23456, 1000),
        history.row(2, 1e-8, 1e-9, 2 / 3, 0.5, 1000),
    ]
    history.write(run, written)
    assert history.read(run) == written
    assert history.read(run, 1) == written[:1]
    lines = run.history.read_text().splitlines()
    assert lines[0] == ",".join(history.COLUMNS)
    assert lines[1] == "1,0.3333333333333333,0.1234567890123456,,1.235,810.0"


def test_no_file_is_no_rows(tmp_path):
    assert history.read(RunDir(tmp_path)) == []


def test_rate_counts_images_by_seconds():
    assert history.row(1, 0.1, 0.1, None, 4.0, 1000)[names.IMAGES_PER_SECOND] == 250
    assert math.isinf(history.row(1, 0.1, 0.1, None, 0.0, 1000)[names.IMAGES_PER_SECOND])


def test_the_best_epoch_is_judged_on_held_out_images_where_there_are_any():
    assert history.best_epoch(rows(0.3, 0.1, 0.2)) == 2
    assert history.best_epoch(rows(0.3, 0.1, 0.2, column=names.MSE_PER_PIXEL)) == 2
    both = [row | {names.MSE_PER_PIXEL: 1 / row[names.EPOCH]} for row in rows(0.3, 0.1, 0.2)]
    assert history.best_epoch(both) == 2
    assert history.best_epoch(rows(0.2, 0.1, 0.1)) == 2, "the first of equals"


@pytest.mark.parametrize("column", [names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL])
@pytest.mark.parametrize(
    ("errors", "best"),
    [
        ((math.nan, 0.3, 0.2), 3),
        ((math.nan, 0.2, 0.3), 2),
        ((0.3, math.nan, 0.2), 3),
        ((0.3, math.nan), 1),
        ((math.inf, math.nan, 0.2), 3),
        ((math.nan, math.nan), 1),
    ],
)
def test_no_number_is_never_the_best_where_there_is_one(errors, best, column):
    assert history.best_epoch(rows(*errors, column=column)) == best


def test_early_stopping_waits_for_an_error_that_began_as_no_number():
    assert not history.early_stopped(rows(math.nan, 0.3, 0.2), 2)
    assert history.early_stopped(rows(math.nan, 0.2, 0.3, 0.3), 2)


def test_a_history_of_an_earlier_version_is_refused(tmp_path):
    run = RunDir(tmp_path)
    run.history.write_text(
        "epoch,mse_per_pixel,val_mse_per_pixel,seconds,images_per_second\n1,0.1,,1.0,10.0\n"
    )
    with pytest.raises(RunError, match=r"has no column 'loss'.*an earlier version"):
        history.read(run)


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
