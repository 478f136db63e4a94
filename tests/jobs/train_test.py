"""Whole runs: what they leave, and that they are repeatable."""

import json
import zipfile

import matplotlib.image
import numpy as np
import pytest
import shortcuts
from run_numbers import column, weights

from kerasae import csv_files, files, names, tables
from kerasae.data import pipeline
from kerasae.models.autoencoder import load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training import history

pytestmark = pytest.mark.slow

RUN_FILES = {
    "flags.txt", "config.json", "environment.json", "history.csv", "model.keras", "best.keras",
    "metrics.json", "figures", "saved_model",
}  # fmt: skip


def numbers_of(runs):
    return [files.read_json(run.metrics)["train_mse_per_pixel"] for run in runs]


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
