"""Whole searches on few digits: what they leave, how they go on, what stops them."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kerasae import run_dir as files
from kerasae.run_dir import RunDir
from kerasae.training import fit as fitting
from kerasae.training import history
from kerasae.tuning import record, trial
from kerasae.tuning.search_dir import SearchDir

# Keras Tuner calls threading by names of old.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")

ROOT = Path(__file__).parents[2]
SPACE = """
["model.latent_dim"]
choices = [2, 4, 6]
["model.filters[0]"]
choices = [2, 4]
[learning_rate]
min = 0.003
max = 0.05
log = true
"""
TINY = """
["model.latent_dim"]
choices = [2, 4]
"""


@pytest.fixture(scope="module")
def spaces(tmp_path_factory):
    """Writes a space's text to a file."""
    folder = tmp_path_factory.mktemp("spaces")

    def write(text, name="space"):
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def search(cli, small_run, spaces):
    """Runs a search: `search(folder, *flags, space=toml)`."""

    def run(out, *flags, space=SPACE):
        path = spaces(space, f"space-{abs(hash(space))}")
        usual = (f"--space={path}", f"--out={out}", "--validation_fraction=0.2", "--epochs=3")
        return cli("search", *small_run, *usual, *flags)

    return run


def table(folder, without=("seconds",)):
    """The rows of `trials.csv` without what no two runs have in common."""
    with (Path(folder) / "trials.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [{name: cell for name, cell in row.items() if name not in without} for row in rows]


HYPERBAND = ("--tuner=hyperband", "--max_trials=4", "--seed=0")


@pytest.fixture(scope="module")
def searched(search, tmp_path_factory):
    """A finished search by Hyperband: four candidates for one epoch or more. Read only."""
    out = tmp_path_factory.mktemp("searched") / "out"
    outcome = search(out, *HYPERBAND)
    assert outcome.code == 0, outcome.err
    return out, outcome


class TestWhatComesOut:
    def test_the_table(self, searched):
        out, _ = searched
        rows = table(out, without=())
        assert list(rows[0]) == [
            "trial_id", "model.latent_dim", "model.filters[0]", "learning_rate",
            "val_mse_per_pixel", "epochs", "parameters", "multiply_adds", "code_size", "seconds",
            "status", "reason",
        ]  # fmt: skip
        assert [row["trial_id"] for row in rows] == ["0000", "0001", "0002", "0003"]
        for row in rows:
            done = history.read(RunDir(out / "trials" / row["trial_id"]))
            assert len(done) == int(row["epochs"])
            assert float(row["val_mse_per_pixel"]) == done[-1][history.VAL_MSE]
            assert row["code_size"] == row["model.latent_dim"]
            assert row["status"] == ("COMPLETED" if row["epochs"] == "3" else "STOPPED_EARLY")
        assert sorted(row["epochs"] for row in rows)[:1] == ["1"]

    def test_one_line_a_trial_and_the_winner_on_stdout(self, searched):
        out, outcome = searched
        lines = outcome.err.splitlines()
        assert all(line.startswith("trial 000") for line in lines)
        assert len(lines) == len(record.read(SearchDir(out).record))
        assert "best" in lines[-1]
        assert outcome.out.startswith(f"{out}: 4 trials (")
        assert f"kerasae.train --flagfile={out}/best.flags" in outcome.out

    def test_the_description(self, searched):
        out, _ = searched
        described = files.read_json(out / "search.json")
        assert (described["seed"], described["oracle_seed"]) == (0, 1)
        assert described["objectives"][0]["column"] == "val_mse_per_pixel"
        assert described["max_trials"] == 4
        assert described["space"]["size"] is None
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
            [(row[history.MSE], row[history.VAL_MSE]) for row in history.read(RunDir(path))]
            for path in (tmp_path / "run", out / "trials" / best.strip())
        )
        assert mine == theirs

    def test_tensorboard_reads_the_trials(self, searched):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        out, _ = searched
        for row in table(out):
            events = EventAccumulator(str(out / "tensorboard" / row["trial_id"]))
            events.Reload()
            last = events.Tensors("val_mse_per_pixel")[-1].tensor_proto.float_val[0]
            assert last == pytest.approx(float(row["val_mse_per_pixel"]), rel=1e-6)
            assert "_hparams_/session_start_info" in events.summary_metadata

    def test_only_the_best_keep_their_weights(self, search, tmp_path):
        assert search(tmp_path, "--max_trials=3", "--tuner=random", "--keep_top=1").code == 0
        kept = [path.parent.name for path in tmp_path.glob("trials/*/model.keras")]
        best = min(table(tmp_path), key=lambda row: float(row["val_mse_per_pixel"]))
        assert kept == [best["trial_id"]]
        assert len(list(tmp_path.glob("trials/*/history.csv"))) == 3


class TestGoingOn:
    def test_a_killed_search_ends_as_an_undisturbed_one(
        self, searched, search, small_run, spaces, tmp_path
    ):
        """Killed in the middle of a trial, when its second checkpoint is there."""
        undisturbed, _ = searched
        out = tmp_path / "out"
        path = spaces(SPACE)
        command = [
            sys.executable, "-m", "kerasae.search", *small_run, f"--space={path}", f"--out={out}",
            "--validation_fraction=0.2", "--epochs=3", *HYPERBAND,
        ]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 100
            while not _is_in_the_middle(SearchDir(out)):
                assert process.poll() is None, "it ended before it could be killed"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
        done = len(record.read(SearchDir(out).record))
        assert search(out, *HYPERBAND).code == 2, "without --resume it must be refused"
        outcome = search(out, *HYPERBAND, "--resume")
        assert outcome.code == 0, outcome.err
        assert table(out) == table(undisturbed)
        assert len(outcome.err.splitlines()) == len(record.read(SearchDir(out).record)) - done
        for name in ("leaderboard.md", "best.flags"):
            assert (out / name).read_text() == (undisturbed / name).read_text()

    def test_a_finished_search_does_nothing_again_and_can_be_made_longer(self, search, tmp_path):
        flags = ("--tuner=bayesian", "--epochs=1")
        assert search(tmp_path, *flags, "--max_trials=2").code == 0
        before = table(tmp_path)
        longer = search(tmp_path, *flags, "--max_trials=3", "--resume")
        assert longer.code == 0, longer.err
        assert table(tmp_path)[:2] == before
        assert len(table(tmp_path)) == 3
        again = search(tmp_path, *flags, "--max_trials=3", "--resume")
        assert again.err == ""
        assert len(table(tmp_path)) == 3

    @pytest.mark.parametrize(
        ("flags", "space", "words"),
        [
            (("--seed=1",), SPACE, "--seed was 0 and is now 1"),
            (("--tuner=random",), SPACE, "--tuner was hyperband and is now random"),
            (("--objective=val_accuracy",), SPACE, "--objective was val_mse_per_pixel and is now"),
            (("--max_examples=150",), SPACE, "--max_examples was 200 and is now 150"),
            (("--max_code=5",), SPACE, "--max_code was (none) and is now 5"),
            (("--epochs=4",), SPACE, "--epochs was 3 and is now 4"),
            ((), SPACE.replace("[2, 4, 6]", "[2, 4]"),
             "[model.latent_dim] was kind choice, values 2,4,6 and is now kind choice, values 2,4"),
            ((), TINY, "[learning_rate] was kind float"),
        ],
    )  # fmt: skip
    def test_a_changed_search_is_refused(self, searched, search, flags, space, words):
        out, _ = searched
        outcome = search(out, *HYPERBAND, "--resume", *flags, space=space)
        assert outcome.code == 2, outcome.err
        assert words in outcome.complaint

    def test_without_resume_it_is_refused(self, searched, search):
        out, _ = searched
        outcome = search(out, *HYPERBAND)
        assert outcome.code == 2
        assert outcome.complaint.startswith(f"{out} already holds a search. --resume goes on")

    def test_two_at_once_are_refused(self, search, lock_holder, tmp_path):
        lock_holder(tmp_path)
        outcome = search(tmp_path, "--max_trials=1")
        assert outcome.code == 1
        assert outcome.complaint == f"Another process is writing {tmp_path}."

    def test_a_damaged_record_is_told(self, searched, search, tmp_path):
        shutil.copytree(searched[0], tmp_path / "out")
        (tmp_path / "out" / "record.json").write_text("{", encoding="utf-8")
        outcome = search(tmp_path / "out", *HYPERBAND, "--resume")
        assert outcome.code == 1
        assert "record.json is damaged" in outcome.complaint


def _is_in_the_middle(folder):
    """Whether a trial has finished a second epoch, and not its third."""
    for rows in folder.trials.glob("*/history.csv"):
        done = history.read(RunDir(rows.parent))
        attempts = folder.attempts(rows.parent.name)
        if len(done) == 2 and attempts.exists():
            return True
    return False


class TestFailures:
    @pytest.mark.parametrize(
        ("space", "words"),
        [
            ("[learning_rate]\nchoices = [1e25, 0.01]\n[batch_size]\nchoices=[32, 64]\n",
             "The loss became"),
            ('["model.latent_dim"]\nchoices = [1000000000000, 4]\n[batch_size]\nchoices=[32, 64]\n',
             "out of memory"),
        ],
        ids=["diverges", "runs out of memory"],
    )  # fmt: skip
    def test_a_trial_that_fails_by_itself_is_recorded(self, search, tmp_path, space, words):
        outcome = search(tmp_path, "--tuner=grid", "--optimizer=sgd", "--epochs=1", space=space)
        assert outcome.code == 0, outcome.err
        rows = table(tmp_path)
        assert [row["status"] for row in rows] == ["FAILED"] * 2 + ["COMPLETED"] * 2
        assert all(words in row["reason"] for row in rows[:2])
        assert rows[0]["val_mse_per_pixel"] == ""

    def test_a_mistake_of_every_trial_stops_at_the_first(self, search, tmp_path, monkeypatch):
        def broken(*_, **__):
            raise TypeError("no kernel for this")

        monkeypatch.setattr(trial, "fit", broken)
        outcome = search(tmp_path, "--tuner=random")
        assert outcome.code == 1
        assert "Trial 0000 failed" in outcome.complaint
        assert "TypeError: no kernel for this" in outcome.complaint
        monkeypatch.undo()
        # Mended, it goes on: the trial was not at fault.
        assert search(tmp_path, "--tuner=random", "--max_trials=1", "--resume").code == 0
        assert [row["status"] for row in table(tmp_path)] == ["COMPLETED"]

    def test_a_mistake_of_one_trial_does_not(self, search, tmp_path, monkeypatch):
        def broken_second(*arguments, **keywords):
            if arguments[4].path.name == "0001":
                raise ValueError("only\nhere")
            return fitting.fit(*arguments, **keywords)

        monkeypatch.setattr(trial, "fit", broken_second)
        assert search(tmp_path, "--tuner=random", "--max_trials=3", "--epochs=1").code == 0
        rows = table(tmp_path)
        assert [row["status"] for row in rows] == ["COMPLETED", "FAILED", "COMPLETED"]
        assert rows[1]["reason"] == "ValueError: only here"

    def test_failures_can_be_limited(self, search, tmp_path):
        space = "[learning_rate]\nchoices = [1e25, 1e26, 1e27]\n"
        flags = ("--tuner=grid", "--optimizer=sgd", "--epochs=1")
        outcome = search(tmp_path, *flags, "--max_failures=2", space=space)
        assert outcome.code == 1
        assert "2 trials failed, as many as --max_failures=2 allows" in outcome.err
        outcome = search(tmp_path, *flags, "--resume", space=space)
        assert outcome.code == 1
        assert "No trial was completed" in outcome.err
        assert len(table(tmp_path)) == 3

    def test_a_trial_that_kills_the_process_is_given_up(self, search, tmp_path, monkeypatch):
        def killed(*_, **__):
            raise SystemExit  # Stands for a death: nothing is caught, nothing cleaned up.

        monkeypatch.setattr(trial, "fit", killed)
        monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
        for start in range(4):
            flags = ("--tuner=random", "--max_trials=2", "--epochs=1")
            if start == 3:
                monkeypatch.undo()
            search(tmp_path, *flags, *(["--resume"] if start else []))
        rows = table(tmp_path)
        assert [row["status"] for row in rows] == ["FAILED", "COMPLETED"]
        assert "the process died 3 times in epoch 1" in rows[0]["reason"]


class TestConstraints:
    @pytest.mark.parametrize(
        ("limit", "words"),
        [
            ("--max_code=4", "6 numbers of code, more than --max_code=4"),
            ("--max_parameters=380", " parameters, more than --max_parameters=380"),
            ("--max_multiply_adds=8800", " multiply-adds an image, more than --max_multiply_adds"),
        ],
    )
    def test_too_large_candidates_are_rejected_untrained(self, search, tmp_path, limit, words):
        space = TINY.replace("[2, 4]", "[2, 6]")
        outcome = search(tmp_path, "--tuner=grid", "--epochs=1", limit, space=space)
        assert outcome.code == 0, outcome.err
        good, bad = table(tmp_path)
        assert (good["status"], bad["status"]) == ("COMPLETED", "REJECTED")
        assert words in bad["reason"]
        assert bad["epochs"] == "0" and bad["parameters"]
        assert not (tmp_path / "trials" / bad["trial_id"]).exists()

    def test_the_size_of_the_encoder_on_a_phone(self, search, tmp_path):
        outcome = search(tmp_path, "--tuner=grid", "--max_tflite_bytes=100", space=TINY)
        assert outcome.code == 1
        assert "No trial was completed" in outcome.err
        assert all("bytes of .tflite, more than" in row["reason"] for row in table(tmp_path))


def test_a_small_space_is_tried_once_each(search, tmp_path):
    outcome = search(tmp_path, "--max_trials=9", "--epochs=1", space=TINY)
    assert outcome.code == 0, outcome.err
    assert "The space has 2 different candidates, fewer than --max_trials=9" in outcome.err
    assert sorted(row["model.latent_dim"] for row in table(tmp_path)) == ["2", "4"]


def test_several_objectives_leave_a_front(search, train, tmp_path):
    flags = ("--objective=val_mse_per_pixel,parameters", "--tuner=grid", "--epochs=2")
    assert search(tmp_path, *flags, space=SPACE[: SPACE.index("[learning")]).code == 0
    rows = table(tmp_path)
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


def test_accuracy_is_that_of_a_ridge_readout_on_the_validation_images(search, tmp_path):
    """Against scikit-learn's own pipeline, on the codes of the kept model."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from kerasae.config import DataConfig
    from kerasae.data import pipeline
    from kerasae.models.autoencoder import load_autoencoder

    flags = ("--objective=val_accuracy", "--tuner=grid", "--epochs=2", "--max_trials=1")
    assert search(tmp_path, *flags, space=TINY).code == 0
    config = DataConfig("digits", max_examples=200, image_size=(12,), validation_fraction=0.2)
    data = pipeline.load(pipeline.open_source(config), config, 0)
    encoder = load_autoencoder(tmp_path / "trials" / "0000" / "model.keras").encoder
    train, held_out = (
        encoder.predict(split.images.numpy() / 255.0, verbose=0)
        for split in (data.train, data.validation)
    )
    ridge = make_pipeline(StandardScaler(), RidgeClassifierCV((0.01, 1.0, 100.0, 1e3, 1e4)))
    expected = ridge.fit(train, data.train.labels).score(held_out, data.validation.labels)
    assert float(table(tmp_path)[0]["val_accuracy"]) == pytest.approx(expected, abs=1 / 40 + 1e-9)


def test_the_median_rule_stops_what_is_worse(search, tmp_path):
    space = "[learning_rate]\nchoices = [0.05, 0.049, 0.048, 0.047, 0.046, 1e-9, 0.045]\n"
    outcome = search(tmp_path, "--tuner=grid", space=space)
    assert outcome.code == 0, outcome.err
    rows = table(tmp_path)
    assert [row["status"] for row in rows[:6]] == ["COMPLETED"] * 5 + ["STOPPED_EARLY"]
    assert rows[5]["epochs"] == "2"
    assert "above" in rows[5]["reason"]


def test_winners_are_confirmed_over_seeds(search, tmp_path):
    flags = ("--tuner=grid", "--epochs=1", "--max_trials=1", "--confirm=1", "--confirm_seeds=0,3")
    outcome = search(tmp_path, *flags, space=TINY)
    assert outcome.code == 0, outcome.err
    rows = files.read_csv(tmp_path / "confirm.csv")
    assert [row["architecture"] for row in rows] == ["trial 0000", "Cognition Computation"]
    for row, folder in zip(rows, ("trial-0000", "cognition-computation"), strict=True):
        assert row["seeds"] == "0,3"
        measured = [
            files.read_json(tmp_path / "confirm" / folder / f"seed-{seed}" / "metrics.json")
            for seed in (0, 3)
        ]
        errors = [one["test_mse_per_pixel"] for one in measured]
        assert float(row["test_mse_per_pixel_mean"]) == pytest.approx(sum(errors) / 2)
        assert float(row["test_mse_per_pixel_std"]) == pytest.approx(
            abs(errors[0] - errors[1]) / 2**0.5
        )
        assert 0 < float(row["linear_accuracy_mean"]) <= 1
        assert 0 < float(row["ffn_accuracy_mean"]) <= 1
    config = files.read_json(tmp_path / "confirm" / "trial-0000" / "seed-3" / "config.json")
    assert (config["train_images"], config["validation_images"]) == (200, 0)
    assert "| Cognition Computation |" in outcome.out
    kept = tmp_path / "confirm" / "trial-0000" / "seed-0" / "model.keras"
    before = kept.stat().st_mtime_ns
    assert search(tmp_path, *flags, "--resume", space=TINY).code == 0
    assert kept.stat().st_mtime_ns == before
