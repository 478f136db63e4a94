"""Whole runs: what they leave, that they are repeatable, and that they survive being stopped."""

import json
import shutil
import signal
import time
import zipfile

import matplotlib.image
import numpy as np
import pytest
import shortcuts

from kerasae import csv_files, files, names, tables
from kerasae.data import pipeline
from kerasae.evaluation.measures import reconstruction
from kerasae.models.autoencoder import load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training import history

pytestmark = pytest.mark.slow

# Long enough to be stopped on the way, with all that has a state: optimizer, schedule, validation.
LONG = (
    "--epochs=40", "--validation_fraction=0.2", "--learning_rate=0.01",
    "--learning_rate_schedule=cosine", "--warmup_fraction=0.2",
)  # fmt: skip
RUN_FILES = {
    "flags.txt", "config.json", "environment.json", "history.csv", "model.keras", "best.keras",
    "metrics.json", "figures", "saved_model",
}  # fmt: skip


def column(run, name=names.MSE_PER_PIXEL):
    """A column of the history as it is written."""
    return [row[name] for row in csv_files.read(run.history)]


def numbers(run, name=names.MSE_PER_PIXEL):
    return np.array(column(run, name), float)


def weights(path):
    return [weight.numpy() for weight in load_autoencoder(path).model.weights]


def assert_same_run(run, other):
    """The promise of --resume: history and weights to 1e-6."""
    for name in (names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL):
        np.testing.assert_allclose(numbers(run, name), numbers(other, name), rtol=1e-6)
    for model in ("model", "best_model"):
        pairs = zip(weights(getattr(run, model)), weights(getattr(other, model)), strict=True)
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


def rows_written(run):
    """Rows that are in the history right now; the file is replaced while we look."""
    return len(csv_files.read(run.history)) if run.history.exists() else 0


def wait_for_rows(run, process, wanted):
    """Until the run has written this many rows; never by the clock."""
    deadline = time.monotonic() + 90
    while rows_written(run) < wanted:
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "the run makes no progress"
        time.sleep(0.005)


class TestWhatARunLeaves:
    def test_every_file_and_nothing_half_written(self, finished):
        left = {path.name for path in finished.path.iterdir()}
        assert left >= RUN_FILES
        assert not list(finished.path.rglob(f"{files.SCRATCH}*"))

    def test_history(self, finished):
        rows = history.read(finished)
        assert [row.epoch for row in rows] == [1, 2, 3]
        assert all(row.terms == {} for row in rows), "the squared error has a column of its own"
        numbers = [vars(row) | {"terms": 1} for row in rows]
        assert all(number > 0 for row in numbers for number in row.values())

    def test_metrics(self, finished):
        metrics = json.loads(finished.metrics.read_text())
        model = load_autoencoder(finished.model).model
        assert metrics["parameters"] == model.count_params()
        assert metrics["code_size"] == 6
        assert metrics["epochs"] == 3
        assert metrics["evaluated"] == "model.keras"
        assert 0 <= metrics["input_wait_fraction"] < 1
        assert metrics["train_mse_per_pixel"] == history.read(finished)[-1].mse_per_pixel

    def test_test_error_is_that_of_the_saved_model_on_every_test_image(self, finished):
        from kerasae.data.config import DataConfig

        config = DataConfig(image_size=(12,), max_examples=200)
        images = pipeline.load(pipeline.open_source(config), config, seed=0).test.images.numpy()
        assert len(images) == 360
        images = images / np.float32(255)
        outputs = load_autoencoder(finished.model).model.predict(images, verbose=0)
        metrics = files.read_json(finished.metrics)
        mse = np.mean((outputs.astype(float) - images) ** 2)
        assert metrics["test_mse_per_pixel"] == pytest.approx(mse, rel=1e-5)

    def test_config_and_environment(self, finished):
        config = files.read_json(finished.config)
        assert config["train_images"] == 160
        assert config["validation_images"] == 40
        assert config["test_images"] == 360
        assert config["image_shape"] == [12, 12, 1]
        assert config["dataset"]["name"] == "digits"
        environment = files.read_json(finished.environment)
        assert environment["packages"]["keras"]
        assert environment["cores"] >= 1
        assert environment["command"][:3] == ["python", "-m", "kerasae.train"]

    def test_figures_are_pictures(self, finished):
        for name in ("loss_by_epoch", "reconstructions"):
            pixels = matplotlib.image.imread(finished.figures / f"{name}.png")
            assert pixels[..., :3].std() > 0.01, f"{name} is blank"

    def test_the_model_file_is_a_keras_archive_of_data(self, finished):
        with zipfile.ZipFile(finished.model) as archive:
            assert set(archive.namelist()) == {
                "metadata.json", "config.json", "model.weights.h5", "history.json",
            }  # fmt: skip


class TestRepeatable:
    def test_the_flagfile_runs_it_again_to_the_last_digit(self, finished, train, tmp_path):
        with shortcuts.numbers_only():
            outcome = train(f"--flagfile={finished.flags}", f"--run_dir={tmp_path / 'again'}")
        assert outcome.code == 0, outcome.err
        again = RunDir(tmp_path / "again")
        for name in (names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL):
            assert column(again, name) == column(finished, name)
        assert again.flags.read_text() == finished.flags.read_text()
        for ours, theirs in zip(weights(again.model), weights(finished.model), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        ours, theirs = (files.read_json(run.metrics) for run in (again, finished))
        for key in ("test_mse_per_pixel", "test_psnr_db", "test_ssim"):
            assert ours[key] == theirs[key]

    def test_seeds_make_a_table_with_mean_and_spread(self, finished, small_run, train, tmp_path):
        flags = (*small_run, "--epochs=3", "--validation_fraction=0.2", "--seeds=0,1")
        with shortcuts.numbers_only():
            outcome = train(*flags, f"--run_dir={tmp_path}")
        assert outcome.code == 0, outcome.err
        runs = [RunDir(tmp_path / f"seed-{seed}") for seed in (0, 1)]
        assert column(runs[0]) == column(finished), "a seed's run is the run with --seed"
        assert column(runs[1]) != column(finished)

        table = csv_files.read(tmp_path / "seeds.csv")
        assert [row["seed"] for row in table] == ["0", "1", "mean", "standard deviation"]
        for name in ("test_mse_per_pixel", "train_mse_per_pixel", "test_psnr_db", "test_ssim"):
            values = [files.read_json(run.metrics)[name] for run in runs]
            written = [float(row[name]) for row in table]
            spread = abs(values[0] - values[1]) / np.sqrt(2)
            np.testing.assert_allclose(written, [*values, sum(values) / 2, spread])
        assert f"| mean | {tables.number(float(np.mean(numbers_of(runs))))} |" in outcome.out
        assert (tmp_path / "seeds.md").read_text() in outcome.out

        with shortcuts.numbers_only():
            again = train(*flags, f"--run_dir={tmp_path}", "--resume")
        assert again.code == 0, again.err
        assert again.err.count("already finished") == 2


def numbers_of(runs):
    return [files.read_json(run.metrics)["train_mse_per_pixel"] for run in runs]


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
