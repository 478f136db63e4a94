"""The table over runs."""

import csv
import shutil

import pytest

from kerasae import run_dir as files
from kerasae.config import ConfigError
from kerasae.reporting import comparison
from kerasae.run_dir import RunDir


@pytest.fixture
def runs(finished, tmp_path):
    """Two runs whose numbers are known."""
    copies = []
    for name, mse, accuracy in (("one", 0.01, 0.90), ("two", 0.03, 0.94)):
        shutil.copytree(finished.path, tmp_path / name)
        run = RunDir(tmp_path / name)
        metrics = files.read_json(run.metrics)
        files.write_json(run.metrics, {**metrics, "test_mse_per_pixel": mse})
        files.write_json(run.readouts / "digits" / "linear.json", {"accuracy": accuracy})
        baselines = {"accuracy": {"pca": {"linear": 0.8}, "pixels": {"linear": 0.7}}}
        files.write_json(run.readouts / "digits" / "baselines.json", baselines)
        copies.append(run)
    return copies


def test_seeds_become_mean_and_spread(runs):
    row, pca = comparison.rows({"both": runs})
    assert row.runs == 2
    assert row.mean["test MSE per pixel"] == pytest.approx(0.02)
    assert row.spread["test MSE per pixel"] == pytest.approx(0.02 / 2**0.5)
    assert row.mean["linear readout, digits"] == pytest.approx(0.92)
    assert (pca.name, pca.mean) == ("both: pca", {"linear readout, digits": 0.8})


def test_files_hold_what_the_rows_hold(runs, tmp_path):
    table = comparison.rows({run.path.name: [run] for run in runs})
    text = comparison.markdown(table)
    assert [line.split(" | ")[0] for line in text.splitlines()[2:]] == [
        "| one", "| one: pca", "| two", "| two: pca",
    ]  # fmt: skip
    comparison.write_csv(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["test MSE per pixel"] or "nan") for row in rows][::2] == [0.01, 0.03]
    comparison.draw(table).savefig(tmp_path / "table.png")


def test_runs_of_different_datasets_are_refused(runs):
    config = files.read_json(runs[1].config)
    config["dataset"]["name"] = "mnist:3.0.1"
    files.write_json(runs[1].config, config)
    with pytest.raises(ConfigError, match=r"different datasets.*digits.*mnist"):
        comparison.rows({run.path.name: [run] for run in runs})
