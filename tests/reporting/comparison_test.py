"""The table over runs."""

import csv
import dataclasses
import shutil
from types import SimpleNamespace

import pytest
from made_records import change_metrics, change_run, seal, spec, write_readout

from kerasae import registry
from kerasae.config import ConfigError, RunError
from kerasae.evaluation import measured
from kerasae.reporting import comparison, comparison_scatter
from kerasae.run_dir import RunDir
from kerasae.runs import record

DIGITS = spec("digits")
COLUMN = "linear readout, digits, 200 labels"


@pytest.fixture
def runs(finished, tmp_path):
    """Two runs whose numbers are known."""
    copies = []
    for name, mse, accuracy in (("one", 0.01, 0.90), ("two", 0.03, 0.94)):
        shutil.copytree(finished.path, tmp_path / name)
        run = RunDir(tmp_path / name)
        change_metrics(run, test_mse_per_pixel=mse)
        write_readout(run, DIGITS, "linear", accuracy, train_images=200)
        for baseline, reached in (("pca", 0.8), ("pixels", 0.7)):
            features = f"baselines/{baseline}"
            write_readout(run, DIGITS, "linear", reached, train_images=200, features_of=features)
        copies.append(run)
    return copies


def test_seeds_become_mean_and_spread(runs):
    row, pixels, pca = comparison.rows({"both": runs})
    assert row.runs == 2
    assert row.mean["test MSE per pixel"] == pytest.approx(0.02)
    assert row.spread["test MSE per pixel"] == pytest.approx(0.02 / 2**0.5)
    assert row.mean[COLUMN] == pytest.approx(0.92)
    assert (pca.name, pca.mean) == ("both: PCA", {COLUMN: 0.8})
    assert (pixels.name, pixels.mean) == ("both: pixels", {COLUMN: 0.7})


def test_error_stands_against_accuracy(runs, tmp_path):
    table = comparison.rows({run.path.name: [run] for run in runs})
    comparison.write(table, tmp_path / "out")
    assert (tmp_path / "out" / "error_and_accuracy.png").stat().st_size > 10_000
    (axes,) = comparison_scatter.draw(table).axes
    assert axes.get_ylabel() == COLUMN
    marks = {one.get_label(): one.lines[0].get_xydata().tolist() for one in axes.containers}
    assert marks == {"one": [[0.01, 0.90]], "two": [[0.03, 0.94]]}
    assert comparison_scatter.columns(table[:2]) == [], "one mark is no picture"


def test_accuracies_of_other_labels_or_other_images_have_their_own_columns(runs):
    write_readout(runs[0], DIGITS, "linear", 0.5, train_images=20, max_examples=20)
    twins = [
        dataclasses.replace(spec("twin:1.0.0"), content=f"{letter} content") for letter in "ab"
    ]
    for run, twin, reached in zip(runs, twins, (0.8, 0.2), strict=True):
        write_readout(run, twin, "linear", reached, train_images=400)
    (row, *_) = comparison.rows({"both": runs})
    assert row.mean[COLUMN] == pytest.approx(0.92)
    assert row.mean["linear readout, digits, 20 labels"] == 0.5
    assert row.mean["linear readout, twin (a conten), 400 labels"] == 0.8
    assert row.mean["linear readout, twin (b conten), 400 labels"] == 0.2


def test_files_hold_what_the_rows_hold(runs, tmp_path):
    table = comparison.rows({run.path.name: [run] for run in runs})
    text = comparison.markdown(table)
    assert [line.split(" | ")[0] for line in text.splitlines()[2:]] == [
        "| one", "| one: pixels", "| one: PCA", "| two", "| two: pixels", "| two: PCA",
    ]  # fmt: skip
    comparison.write_csv(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["test MSE per pixel"] or "nan") for row in rows][::3] == [0.01, 0.03]
    comparison.draw(table).savefig(tmp_path / "table.png")


def write_summary(run, name, settings=None, compared=None, **summary):
    measure = SimpleNamespace(TITLE=name, UNITS={"*": "of something"})
    found = measured.Measured(summary, {}, compared=compared)
    measured.write(run, name, measure, found, settings or {"test images": "360"}, "key")


@pytest.mark.parametrize("name", registry.names(registry.MEASURES))
def test_no_measure_is_dropped(runs, name):
    write_summary(runs[0], name, **{f"some_{name}": 0.125})
    (row, *_) = comparison.rows({"one": runs[:1]})
    assert row.mean[f"some {name.replace('_', ' ')}"] == 0.125


def test_a_measure_names_its_own_columns_and_rows(runs):
    own, others = {"share of luck": 0.5}, {"a coin": {"share of luck": 1.0}}
    others["mean image"] = {"share of luck": 0.1}
    write_summary(runs[0], "luck", compared={measured.OWN: own, **others}, luck=float("nan"))
    table = {row.name: row.mean for row in comparison.rows({"one": runs[:1]})}
    assert table["one"]["share of luck"] == 0.5
    assert table["one: a coin"] == {"share of luck": 1.0}
    assert table["one: mean image"] == {"share of luck": 0.1}
    assert "luck" not in table["one"]


@pytest.mark.parametrize("all_images", [True, False])
def test_pca_reconstructs_in_its_row_where_all_images_were_measured(runs, all_images):
    run = runs[0]
    images = f"{record.read(run).test_images:,}"
    settings = {"test images": images if all_images else f"2 drawn of {images}"}
    numbers = {"test_mse_per_pixel": 0.02, "test_psnr_db": 17.0, "test_ssim": 0.8}
    write_summary(run, "reconstruction", settings, {"pca": numbers}, mse_per_pixel=0.01)
    (*_, pca) = comparison.rows({"one": [run]})
    reached = [pca.mean.get(column) for column in ("test MSE per pixel", "PSNR, dB", "SSIM")]
    assert reached == ([0.02, 17.0, 0.8] if all_images else [None] * 3)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("dataset", spec("mnist:3.0.1"), "mnist"),
        ("dataset", dataclasses.replace(spec("digits"), content="others"), "content others"),
        ("classes", ("1", "8"), "classes 1, 8"),
        ("image_shape", (36, 36, 1), "36x36x1"),
        ("test_images", 7, "7 test images"),
    ],
)
def test_runs_with_different_test_images_are_refused(runs, key, value, told):
    change_run(runs[1], **{key: value})
    with pytest.raises(ConfigError, match=rf"different test images.*one: digits.*two: .*{told}"):
        comparison.rows({run.path.name: [run] for run in runs})


@pytest.mark.parametrize("name", ["config.json", "metrics.json", "readouts/digits/*/result.json"])
def test_a_record_that_lacks_what_it_should_hold_is_damaged(runs, name):
    (path,) = runs[0].path.glob(name)
    seal(path, {})
    with pytest.raises(RunError, match=rf"{path.name} is damaged, or of another version"):
        comparison.rows({"one": runs[:1]})


def test_names_are_no_markup(runs):
    (row, *_) = comparison.rows({"a|b $x$": runs})
    assert comparison.markdown([row]).splitlines()[2].startswith(r"| a\|b \$x\$ | 2 |")
    (axes, *_) = comparison.draw([row]).axes
    (label,) = axes.get_yticklabels()
    assert label.get_text() == "a|b $x$"
