"""Measures of a finished run: their files, what is kept, what is refused."""

import dataclasses
import shutil

import pytest

from kerasae.config import ConfigError
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.evaluation import measure as measures
from kerasae.evaluation import measured
from kerasae.evaluation.config import EvaluationConfig
from kerasae.jobs.evaluate import evaluate
from kerasae.run_dir import RunDir

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures", "numbers_only")]

CONFIG = EvaluationConfig(
    measures=("attack", "anomaly"), heads=("linear", "knn"), max_test_images=40, seed=2
)


@pytest.fixture(scope="module")
def run(finished, tmp_path_factory):
    """A copy of the finished run, with one head fitted and measured."""
    run = RunDir(tmp_path_factory.mktemp("evaluated") / "run")
    shutil.copytree(finished.path, run.path)
    evaluate(run, CONFIG)
    return run


def stamps(run):
    return {
        path.relative_to(run.evaluation).as_posix(): path.stat().st_mtime_ns
        for path in run.evaluation.glob("*/*")
    }


def test_every_file_is_there_with_its_settings(run):
    assert set(stamps(run)) == {
        "attack/result.json", "attack/curves.csv", "attack/arrays.npz",
        "anomaly/result.json", "anomaly/scores.csv", "anomaly/arrays.npz",
    }  # fmt: skip
    attack = measured.read(run, "attack")
    assert attack.settings["dataset"] == "digits"
    assert attack.settings["test images"] == "40 sampled of 360"
    assert attack.settings["seed"] == 2
    assert attack.settings["left out"].startswith("knn")
    assert set(attack.units) == set(attack.summary)
    rows = measured.read_table(run, "attack", "curves")
    assert {row["classifier"] for row in rows} == {"linear", "pixels linear", "pca linear"}
    clean = {row["classifier"]: float(row["accuracy"]) for row in rows if row["size"] == "0.0"}
    assert clean["pixels linear"] > 0.7
    for row in rows:  # whole images of 40
        assert float(row["accuracy"]) * 40 == pytest.approx(round(float(row["accuracy"]) * 40))
    assert "left out" not in measured.read(run, "anomaly").settings
    assert attack.settings["classifiers learnt from"] == "200 labels"
    for name in ("attack_curves", "attack_examples"):
        assert (run.figures / f"{name}.png").exists()
    assert not (run.figures / "anomaly_histograms.png").exists(), "noise alone says nothing"


def test_what_is_measured_already_is_kept(run, caplog):
    caplog.set_level("INFO", "kerasae")
    before = stamps(run)
    assert "attack_accuracy_0.1_linear" in evaluate(run, CONFIG)["attack"]
    assert stamps(run) == before
    assert "attack is there already" in caplog.text
    # Another data set beside it is no matter to the attack.
    evaluate(
        run, dataclasses.replace(CONFIG, measures=("attack",), place=DataPlaceConfig("elsewhere"))
    )
    assert stamps(run) == before


@pytest.mark.parametrize("change", [{"again": True}, {"seed": 3}, {"max_test_images": 30}])
def test_other_settings_or_again_measure_anew(run, change):
    before = stamps(run)
    evaluate(run, dataclasses.replace(CONFIG, measures=("anomaly",), **change))
    after = stamps(run)
    assert {name for name in before if after[name] != before[name]} == {
        "anomaly/result.json", "anomaly/scores.csv", "anomaly/arrays.npz",
    }  # fmt: skip
    evaluate(run, dataclasses.replace(CONFIG, measures=("anomaly",)))


def test_a_number_that_is_none_becomes_null(run, monkeypatch):
    from kerasae.evaluation.measures import reconstruction

    monkeypatch.setattr(
        reconstruction,
        "compute",
        lambda subject: measures.Measured(
            {"ssim": float("nan")}, {}, {"rows": [{"a": float("inf"), "b": 1.5}]}
        ),
    )
    found = evaluate(run, dataclasses.replace(CONFIG, measures=("reconstruction",)))
    assert found == {"reconstruction": {"ssim": None}}
    assert measured.read_table(run, "reconstruction", "rows") == [{"a": "", "b": "1.5"}]
    shutil.rmtree(run.evaluation / "reconstruction")


def test_heads_that_are_no_networks_alone_are_refused(run):
    with pytest.raises(ConfigError, match=r"--heads must name one that is a network.*knn"):
        evaluate(run, dataclasses.replace(CONFIG, measures=("noise",), heads=("knn",)))


def test_features_of_another_dataset_are_chosen(run, cli, odd_datasets):
    flags = (
        f"--run_dir={run.path}", "--measures=anomaly", "--heads=linear", "--nodownload",
        f"--data_dir={odd_datasets}", "--other_dataset=two_labels",
    )  # fmt: skip
    refused = cli("evaluate", *flags)
    assert refused.code == 2
    assert "--other_dataset=two_labels has several features for --other_label" in refused.err
    outcome = cli("evaluate", *flags, "--other_label=digit")
    assert outcome.code == 0, outcome.err
    said = "two_labels:1.0.0 (tfds): 20 test images of 12x12 pixels (resized from 8x8)"
    assert f"{said}, 1 channel, 10 classes" in outcome.err
    assert measured.read(run, "anomaly").settings["other label"] == "digit"
    assert "no training image is of the class" not in outcome.err


def test_another_dataset_in_colour_is_turned_grey_where_it_is_asked_for(run, fake_datasets):
    config = dataclasses.replace(
        CONFIG, measures=("anomaly",), other_dataset="fake_labelled", other_channels="grey",
        place=DataPlaceConfig(str(fake_datasets), download=False),
    )  # fmt: skip
    evaluate(run, config)
    assert measured.read(run, "anomaly").settings["other channels"] == "grey"


def test_what_is_said_of_no_other_dataset_is_refused():
    with pytest.raises(ConfigError, match="--other_dataset must be given"):
        dataclasses.replace(CONFIG, other_label="digit")


def test_another_dataset_is_told_apart(run, fake_datasets):
    for name, rule in (
        ("fake_labelled", "1 channel.*--other_channels=grey turns them"),
        ("no_such", "--other_dataset=no_such"),
    ):
        with pytest.raises(ConfigError, match=rule):
            evaluate(
                run,
                dataclasses.replace(
                    CONFIG, measures=("anomaly",), other_dataset=name,
                    place=DataPlaceConfig(str(fake_datasets), download=False),
                ),
            )  # fmt: skip
    assert measured.read(run, "anomaly"), "what was there is kept"


def test_a_dataset_without_labels(train, fake_datasets, tmp_path, caplog):
    run = RunDir(tmp_path / "run")
    outcome = train(
        "--dataset=fake_varying", f"--data_dir={fake_datasets}", "--image_size=8", "--epochs=1",
        "--model.filters=2,2", "--model.dense_sizes=", "--model.latent_dim=3",
        f"--run_dir={run.path}",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    caplog.set_level("INFO", "kerasae")
    config = EvaluationConfig()
    with pytest.raises(ConfigError, match=r"--measures=noise needs labels .*have no labels"):
        evaluate(run, dataclasses.replace(config, measures=("noise", "anomaly")))
    assert not run.evaluation.exists()
    assert set(evaluate(run, config)) == {"anomaly", "reconstruction"}
    assert "left out of all: attack, clustering, leave_one_class_out, noise" in caplog.text
