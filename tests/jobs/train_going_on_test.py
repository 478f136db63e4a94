"""Runs that were killed or interrupted, and finished ones, with --resume."""

import shutil
import signal

import pytest
import shortcuts
from run_numbers import assert_same_run, column, rows_written, wait_for_rows

from kerasae import files
from kerasae.evaluation.measures import reconstruction
from kerasae.run_dir import RunDir
from kerasae.training import history

pytestmark = pytest.mark.slow

# Long enough to be stopped on the way, with all that has a state: optimizer, schedule, validation.
LONG = (
    "--epochs=40", "--validation_fraction=0.2", "--learning_rate=0.01",
    "--learning_rate_schedule=cosine", "--warmup_fraction=0.2",
)  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(train, small_run, tmp_path_factory):
    """The long run without interruption."""
    run = RunDir(tmp_path_factory.mktemp("undisturbed") / "run")
    with shortcuts.numbers_only():
        outcome = train(*small_run, *LONG, f"--run_dir={run.path}")
    assert outcome.code == 0, outcome.err
    return run


class TestStopped:
    def test_killed_and_resumed(self, undisturbed, start_train, train, small_run, tmp_path):
        run = RunDir(tmp_path / "run")
        flags = (*small_run, *LONG, f"--run_dir={run.path}")
        process = start_train(*flags)
        try:
            wait_for_rows(run, process, 3)
        finally:
            process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert 3 <= rows_written(run) < 40
        assert not run.metrics.exists()

        refused = train(*flags)
        assert refused.code == 2
        assert "already holds a run" in refused.complaint

        with shortcuts.numbers_only():
            outcome = train(*flags, "--resume")
        assert outcome.code == 0, outcome.err
        assert "going on after epoch" in outcome.err
        assert_same_run(run, undisturbed)

    def test_interrupted_and_resumed(self, undisturbed, start_train, train, small_run, tmp_path):
        run = RunDir(tmp_path / "run")
        flags = (*small_run, *LONG, f"--run_dir={run.path}")
        process = start_train(*flags)
        wait_for_rows(run, process, 3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "Traceback" not in err
        last = err.splitlines()[-1]
        assert str(run.path) in last
        assert last.endswith("--resume")
        assert 3 <= rows_written(run) < 40

        # The worst moment: the row is written and its checkpoint is not, and a
        # file is half written.
        rows = history.read(run)
        history.write(run, [*rows, history.row(rows[-1].epoch + 1, 99.0, 99.0, 99.0, 1.0, 160)])
        leftover = run.path / f"{files.SCRATCH}killed"
        leftover.mkdir()
        (leftover / "model.keras").write_bytes(b"half")

        with shortcuts.numbers_only():
            outcome = train(*flags, "--resume")
        assert outcome.code == 0, outcome.err
        assert_same_run(run, undisturbed)
        assert not leftover.exists()

    def test_killed_while_measuring(self, finished, train, small_run, tmp_path):
        """All epochs are done and the end is missing: the end is made again."""
        run = RunDir(tmp_path / "run")
        shutil.copytree(finished.path, run.path)
        run.metrics.unlink()
        shutil.rmtree(run.saved_model)
        outcome = train(
            *small_run, "--epochs=3", "--validation_fraction=0.2", f"--run_dir={run.path}",
            "--resume",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
        assert run.saved_model.is_dir()
        assert column(run) == column(finished)
        metrics = files.read_json(run.metrics)
        assert (
            metrics["test_mse_per_pixel"] == files.read_json(finished.metrics)["test_mse_per_pixel"]
        )
        assert metrics["input_wait_fraction"] is None

    def test_interrupted_while_measuring(self, finished, train, small_run, tmp_path, monkeypatch):
        """Ctrl-C says how to go on after the epochs too."""

        def interrupted(*_):
            raise KeyboardInterrupt

        run = RunDir(tmp_path / "run")
        shutil.copytree(finished.path, run.path)
        run.metrics.unlink()
        monkeypatch.setattr(reconstruction, "quality", interrupted)
        outcome = train(
            *small_run, "--epochs=3", "--validation_fraction=0.2", f"--run_dir={run.path}",
            "--resume",
        )  # fmt: skip
        assert outcome.code == 130
        last = outcome.err.splitlines()[-1]
        assert str(run.path) in last
        assert last.endswith("--resume")
        assert not run.finished

    def test_a_finished_run_says_so_at_once(self, finished, train, small_run, no_tensorflow):
        before = {path: path.stat().st_mtime_ns for path in finished.path.rglob("*.*")}
        outcome = train(
            *small_run, "--epochs=3", "--validation_fraction=0.2", "--resume",
            f"--run_dir={finished.path}",
        )  # fmt: skip
        assert outcome.code == 0
        assert f"{finished.path} is already finished." in outcome.err
        after = {path: path.stat().st_mtime_ns for path in before if path.exists()}
        assert {k: v for k, v in before.items() if k.name != ".lock"} == {
            k: v for k, v in after.items() if k.name != ".lock"
        }

    def test_resume_starts_what_is_not_there(self, train, small_run, tmp_path):
        run = RunDir(tmp_path / "not" / "there")
        with shortcuts.numbers_only():
            outcome = train(*small_run, "--epochs=1", "--resume", f"--run_dir={run.path}")
        assert outcome.code == 0, outcome.err
        assert run.finished

    def test_changed_settings_are_refused(self, finished, train, small_run):
        outcome = train(
            *small_run, "--epochs=4", "--validation_fraction=0.2", "--resume",
            "--model.latent_dim=7", f"--run_dir={finished.path}",
        )  # fmt: skip
        assert outcome.code == 2
        assert "--epochs was 3 and is now 4" in outcome.complaint
        assert "--model.latent_dim was 6 and is now 7" in outcome.complaint

    def test_another_family_is_refused(self, finished, train):
        outcome = train("--model=all_convolutional", "--resume", f"--run_dir={finished.path}")
        assert outcome.code == 2
        assert "--model was pooled and is now all_convolutional" in outcome.complaint

    def test_where_the_data_lies_may_change(self, finished, train, small_run, tmp_path):
        outcome = train(
            *small_run, "--epochs=3", "--validation_fraction=0.2", "--resume", "--nodownload",
            f"--data_dir={tmp_path}", f"--run_dir={finished.path}",
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
