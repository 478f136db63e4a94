"""Whole runs that end before their last epoch, or don't begin."""

import pytest

from kerasae import files
from kerasae.run_dir import RunDir
from kerasae.training import history

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("numbers_only")]


def test_a_loss_that_is_no_number(train, small_run, tmp_path):
    run = RunDir(tmp_path / "run")
    outcome = train(
        *small_run, "--epochs=3", "--optimizer=sgd", "--learning_rate=1e30",
        "--model.output_activation=linear", f"--run_dir={run.path}",
    )  # fmt: skip
    assert outcome.code == 1
    assert "epoch 1 by step" in outcome.complaint
    assert "--learning_rate" in outcome.complaint
    assert not run.holds_a_run
    other = (*small_run, "--epochs=1", f"--run_dir={run.path}")
    assert train(*other).code == 0, "nothing of it is in the way of other settings"


def test_early_stopping(train, small_run, tmp_path):
    """Weights that stand still never get better, so patience is all there is."""
    run = RunDir(tmp_path / "run")
    flags = (
        *small_run, "--epochs=30", "--optimizer=sgd", "--learning_rate=1e-20",
        "--validation_fraction=0.2", "--early_stopping=2", f"--run_dir={run.path}",
    )  # fmt: skip
    outcome = train(*flags)
    assert outcome.code == 0, outcome.err
    assert len(history.read(run)) == 3
    metrics = files.read_json(run.metrics)
    assert metrics["epochs"] == 3
    assert metrics["best_epoch"] == 1
    assert metrics["evaluated"] == "best.keras"

    # Stopped early is finished, also when the end has to be made again.
    run.metrics.unlink()
    assert train(*flags, "--resume").code == 0
    assert len(history.read(run)) == 3


def test_a_run_that_another_process_writes(lock_holder, train, small_run, tmp_path):
    holder = lock_holder(tmp_path / "run")
    try:
        outcome = train(*small_run, "--epochs=1", f"--run_dir={tmp_path / 'run'}")
        assert outcome.code == 1
        assert "Another process is writing" in outcome.complaint
    finally:
        holder.kill()
        holder.wait()
    assert train(*small_run, "--epochs=1", f"--run_dir={tmp_path / 'run'}").code == 0
