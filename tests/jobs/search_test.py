"""What a search leaves, by every tuner and objective."""

import pytest
from made_records import head_result

from kerasae import csv_files, files
from kerasae.config import RunError
from kerasae.jobs import confirm
from kerasae.reporting import search_confirmation
from kerasae.reporting.search_confirmation import ConfirmationTable
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import record, trial
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.readout_accuracy import validation_accuracy
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig

# Keras Tuner calls threading by names of old.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("blank_figures", "numbers_only", "short_heads"),
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
]


class TestWhatComesOut:
    def test_the_table(self, searched, trial_table):
        out, _ = searched
        rows = trial_table(out, without=())
        assert list(rows[0]) == [
            "trial_id", "model.latent_dim", "model.filters[0]", "learning_rate",
            "val_mse_per_pixel", "epochs", "parameters", "multiply_adds", "code_size", "seconds",
            "status", "reason",
        ]  # fmt: skip
        assert [row["trial_id"] for row in rows] == ["0000", "0001", "0002", "0003"]
        for row in rows:
            done = history.read(RunDir(out / "trials" / row["trial_id"]))
            assert len(done) == int(row["epochs"])
            assert float(row["val_mse_per_pixel"]) == done[-1].val_mse_per_pixel
            assert row["code_size"] == row["model.latent_dim"]
            assert row["status"] == ("COMPLETED" if row["epochs"] == "3" else "STOPPED_EARLY")
        assert sorted(row["epochs"] for row in rows)[:1] == ["1"]

    def test_one_line_a_trial_and_the_winner_on_stdout(self, searched):
        out, outcome = searched
        first, *lines = outcome.err.splitlines()
        assert first.startswith("digits: ")
        assert all(line.startswith("trial 000") for line in lines)
        assert len(lines) == len(record.trials(record.read(SearchDir(out).record)))
        assert "best" in lines[-1]
        assert outcome.out.startswith(f"{out}: 4 trials (")
        assert f"kerasae.train --flagfile={out}/best.flags" in outcome.out

    def test_the_description(self, searched):
        out, _ = searched
        described = files.read_json(out / "search.json")
        assert (described["seed"], described["oracle_seed"]) == (0, 1)
        made_with = files.read_json(out / "environment.json")
        assert made_with["command"] == described["command"]
        page = (out / "report" / "index.html").read_text(encoding="utf-8")
        assert made_with["platform"] in page
        assert described["objectives"][0]["name"] == "val_mse_per_pixel"
        assert described["max_trials"] == 4
        assert described["size"] is None
        assert [d["name"] for d in described["space"]["dimensions"]] == [
            "model.latent_dim", "model.filters[0]", "learning_rate",
        ]  # fmt: skip
        (published,) = described["published"]
        assert published["name"] == "Cognition Computation"
        assert published["values"]["model.latent_dim"] == published["code_size"] == 49

    def test_the_flagfile_repeats_the_trial(self, searched, train, tmp_path):
        out, _ = searched
        best = (out / "leaderboard.md").read_text(encoding="utf-8").splitlines()[2].split("|")[2]
        outcome = train(f"--flagfile={out / 'best.flags'}", f"--run_dir={tmp_path / 'run'}")
        assert outcome.code == 0, outcome.err
        mine, theirs = (
            [(row.mse_per_pixel, row.val_mse_per_pixel) for row in history.read(RunDir(path))]
            for path in (tmp_path / "run", out / "trials" / best.strip())
        )
        assert mine == theirs

    def test_tensorboard_reads_the_trials(self, searched, trial_table):
        import tensorflow as tf
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        out, _ = searched
        for row in trial_table(out):
            events = EventAccumulator(str(out / "tensorboard" / row["trial_id"]))
            events.Reload()
            last = tf.make_ndarray(events.Tensors("val_mse_per_pixel")[-1].tensor_proto)
            assert float(last) == pytest.approx(float(row["val_mse_per_pixel"]), rel=1e-6)
            start = events.SummaryMetadata("_hparams_/session_start_info")
            assert start.plugin_data.plugin_name == "hparams"

    def test_no_weights_are_left_of_the_last_bracket(self, search, tmp_path, hyperband_flags):
        outcome = search(tmp_path, *hyperband_flags, "--keep_top=1")
        assert outcome.code == 0, outcome.err
        best = (tmp_path / "best.flags").read_text(encoding="utf-8").split(" of a search")[0]
        (kept,) = tmp_path.glob("trials/*/model.keras")
        assert best == f"# Trial {kept.parent.name}"

    def test_only_the_best_keep_their_weights(self, search, tmp_path, trial_table):
        assert search(tmp_path, "--max_trials=3", "--tuner=random", "--keep_top=1").code == 0
        kept = [path.parent.name for path in tmp_path.glob("trials/*/model.keras")]
        best = min(trial_table(tmp_path), key=lambda row: float(row["val_mse_per_pixel"]))
        assert kept == [best["trial_id"]]
        assert len(list(tmp_path.glob("trials/*/history.csv"))) == 3


def test_a_small_space_is_tried_once_each(search, tmp_path, trial_table, tiny_space):
    outcome = search(tmp_path, "--max_trials=9", "--epochs=1", space=tiny_space)
    assert outcome.code == 0, outcome.err
    assert "The space has 2 different candidates, fewer than --max_trials=9" in outcome.err
    assert sorted(row["model.latent_dim"] for row in trial_table(tmp_path)) == ["2", "4"]


def test_several_objectives_leave_a_front(search, tmp_path, trial_table):
    flags = ("--objective=val_mse_per_pixel,parameters", "--tuner=grid", "--epochs=1")
    space = '["model.latent_dim"]\nchoices = [2, 4]\n["model.filters[0]"]\nchoices = [2, 4]\n'
    assert search(tmp_path, *flags, space=space).code == 0
    rows = trial_table(tmp_path)
    points = {
        row["trial_id"]: (float(row["val_mse_per_pixel"]), int(row["parameters"])) for row in rows
    }
    front = {
        name
        for name, (error, size) in points.items()
        if not any(e <= error and s <= size and (e, s) != (error, size) for e, s in points.values())
    }
    assert {path.stem for path in (tmp_path / "pareto").glob("*.flags")} == front
    assert list(rows[0]).count("parameters") == 1
    assert [o["name"] for o in files.read_json(tmp_path / "search.json")["objectives"]] == [
        "val_mse_per_pixel", "parameters",
    ]  # fmt: skip


def test_accuracy_is_that_of_a_ridge_readout_on_the_validation_images(
    search, tmp_path, trial_table, tiny_space
):
    """Against scikit-learn's own pipeline, on the codes of the kept model."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from kerasae.data import pipeline
    from kerasae.data.config import DataConfig
    from kerasae.models.autoencoder import load_autoencoder

    flags = ("--objective=val_accuracy", "--tuner=grid", "--epochs=2", "--max_trials=1")
    assert search(tmp_path, *flags, space=tiny_space).code == 0
    config = DataConfig("digits", max_examples=200, image_size=(12,), validation_fraction=0.2)
    data = pipeline.load(pipeline.open_source(config), config, 0)
    encoder = load_autoencoder(tmp_path / "trials" / "0000" / "model.keras").encoder
    train, held_out = (
        encoder.predict(split.images.numpy() / 255.0, verbose=0)
        for split in (data.train, data.validation)
    )
    ridge = make_pipeline(StandardScaler(), RidgeClassifierCV((0.01, 1.0, 100.0, 1e3, 1e4)))
    expected = ridge.fit(train, data.train.labels).score(held_out, data.validation.labels)
    assert float(trial_table(tmp_path)[0]["val_accuracy"]) == pytest.approx(
        expected, abs=1 / 40 + 1e-9
    )


def test_accuracy_is_measured_in_float32(search, tmp_path, tiny_space, monkeypatch):
    """Like that of `kerasae.readout`, whatever the training computes in."""
    measured = []

    def accuracy(autoencoder, data):
        measured.append({layer.compute_dtype for layer in autoencoder.model.layers})
        return validation_accuracy(autoencoder, data)

    monkeypatch.setattr(trial, "validation_accuracy", accuracy)
    flags = ("--objective=val_accuracy", "--tuner=grid", "--epochs=1", "--mixed_precision")
    for early_stopping in (0, 1):
        out = tmp_path / str(early_stopping)
        outcome = search(out, *flags, f"--early_stopping={early_stopping}", space=tiny_space)
        assert outcome.code == 0, outcome.err
    assert measured == [{"float32"}] * 4


def test_the_median_rule_stops_what_is_worse(search, tmp_path, trial_table):
    space = "[learning_rate]\nchoices = [0.05, 0.049, 0.048, 0.047, 0.046, 1e-9]\n"
    outcome = search(tmp_path, "--tuner=grid", space=space)
    assert outcome.code == 0, outcome.err
    rows = trial_table(tmp_path)
    assert [row["status"] for row in rows[:6]] == ["COMPLETED"] * 5 + ["STOPPED_EARLY"]
    assert rows[5]["epochs"] == "2"
    assert "above" in rows[5]["reason"]


def test_winners_are_confirmed_on_all_training_images(search, tmp_path, tiny_space, trial_table):
    flags = ("--tuner=grid", "--epochs=1", "--max_trials=1", "--confirm=1", "--confirm_seeds=3,4")
    outcome = search(tmp_path, *flags, space=tiny_space)
    assert outcome.code == 0, outcome.err
    rows = csv_files.read(tmp_path / "confirm.csv")
    assert [row["architecture"] for row in rows] == ["trial 0000", "Cognition Computation"]
    # The published one has its place among the trials: trained and judged as they are.
    assert all(0 < float(row["val_mse_per_pixel"]) < 1 for row in rows)
    (trial,) = trial_table(tmp_path)
    assert rows[0]["val_mse_per_pixel"] == trial["val_mse_per_pixel"]
    assert (tmp_path / "confirm" / "trials" / "cognition-computation" / "history.csv").exists()
    for row, name in zip(rows, ("trial-0000", "cognition-computation"), strict=True):
        runs = [tmp_path / "confirm" / name / f"seed-{seed}" for seed in (3, 4)]
        errors = [files.read_json(run / "metrics.json")["test_mse_per_pixel"] for run in runs]
        assert row["seeds"] == "3,4"
        assert float(row["test_mse_per_pixel_mean"]) == pytest.approx(sum(errors) / 2)
        assert float(row["test_mse_per_pixel_std"]) > 0
        for head in ("linear", "ffn"):
            accuracies = [head_result(RunDir(run), head).accuracy for run in runs]
            assert float(row[f"{head}_accuracy_mean"]) == pytest.approx(sum(accuracies) / 2)
        config = files.read_json(runs[1] / "config.json")
        assert (config["train_images"], config["validation_images"]) == (200, 0)
        assert config["settings"]["training"]["seed"] == 4
    assert "| Cognition Computation |" in outcome.out
    assert "Retrained and tested" in (tmp_path / "report" / "index.html").read_text("utf-8")
    kept = tmp_path / "confirm" / "trial-0000" / "seed-3" / "model.keras"
    before = kept.stat().st_mtime_ns
    assert search(tmp_path, *flags, "--resume", space=tiny_space).code == 0
    assert kept.stat().st_mtime_ns == before


def test_what_was_confirmed_stays_in_the_table_until_it_is_confirmed_again(
    fake_search, tmp_path, monkeypatch
):
    folder = SearchDir(fake_search(tmp_path, trials=3))
    plan = SearchPlan(SearchConfig(space="pooled", confirm=2, confirm_seeds=(0,)), None, folder, [])
    known = [(name, None, {}) for name in ("trial 0001", "published", "trial 0002")]

    def run(_, architecture, config, seed):
        if architecture == "trial 0002":
            raise RunError("the disk is full")
        return {"parameters": 1, "multiply_adds": 1, "code_size": 1, "test_mse_per_pixel": 0.5}

    monkeypatch.setattr(confirm, "_architectures", lambda *_: known)
    monkeypatch.setattr(confirm, "_run", run)
    earlier, sizes = (
        ConfirmationTable(folder),
        {"parameters": 9, "multiply_adds": 1, "code_size": 1},
    )
    for name in ("trial 0002", "published"):
        earlier.add(search_confirmation.row(name, (0,), {}, [sizes]))
    with pytest.raises(RunError):
        confirm.confirm(plan)
    rows = csv_files.read(folder.confirm_table)
    assert [(row["architecture"], row["parameters"]) for row in rows] == [
        ("trial 0001", "1"), ("published", "1"), ("trial 0002", "9"),
    ]  # fmt: skip


def test_the_table_of_winners_has_mean_and_spread():
    sizes = {"parameters": 10, "multiply_adds": 20, "code_size": 3}
    measured = [
        {**sizes, "test_mse_per_pixel": error, "linear_accuracy": 0.5} for error in (0.1, 0.3)
    ]
    row = search_confirmation.row("trial 0001", (4, 5), {"val_mse_per_pixel": 0.3}, measured)
    assert row.validated == {"val_mse_per_pixel": 0.3}
    assert (row.architecture, row.seeds, row.sizes) == ("trial 0001", (4, 5), sizes)
    assert row.measured["test_mse_per_pixel"].mean == pytest.approx(0.2)
    assert row.measured["test_mse_per_pixel"].std == pytest.approx(0.02**0.5)
    assert row.measured["linear_accuracy"].std == 0
    assert "ffn_accuracy" not in row.measured
    assert "ffn_accuracy_mean" in search_confirmation.COLUMNS
    assert "| trial 0001 | 10 | 3 | 0.2000 ± 0.1414 | 0.5000 ± 0.0000 |" in (
        search_confirmation.markdown([row])
    )
