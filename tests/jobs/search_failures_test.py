"""Trials that fail, mistakes that stop a search, candidates that are too large."""

from pathlib import Path

import pytest

from kerasae.training import fit as fitting
from kerasae.training.run_recorder import RunRecorder
from kerasae.tuning import oracle, record, trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.workers import oom

# Keras Tuner calls threading by names of old.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("blank_figures"),
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
]


def _trial_of(arguments) -> str:
    """Which trial a call of `fit` trains: its recorder writes into the trial's folder."""
    (recorder,) = (each for each in arguments[5] if isinstance(each, RunRecorder))
    return recorder.run.path.name


class TestFailures:
    def test_a_trial_that_diverges_is_recorded(self, search, tmp_path, trial_table):
        space = "[learning_rate]\nchoices = [1e25, 0.01]\n[batch_size]\nchoices=[32, 64]\n"
        self._two_of_four_fail(search, tmp_path, space, trial_table, "became")

    def test_a_trial_that_runs_out_of_memory_is_recorded(
        self, search, tmp_path, monkeypatch, trial_table
    ):
        build = trial.build_autoencoder

        def built(family, config, *more):
            if config.latent_dim == 5:
                raise MemoryError
            return build(family, config, *more)

        monkeypatch.setattr(trial, "build_autoencoder", built)
        space = '["model.latent_dim"]\nchoices = [5, 4]\n[batch_size]\nchoices=[32, 64]\n'
        self._two_of_four_fail(search, tmp_path, space, trial_table, "out of memory: MemoryError")

    @staticmethod
    def _two_of_four_fail(search, tmp_path, space, trial_table, words):
        outcome = search(tmp_path, "--tuner=grid", "--optimizer=sgd", "--epochs=1", space=space)
        assert outcome.code == 0, outcome.err
        rows = trial_table(tmp_path)
        assert [row["status"] for row in rows] == ["FAILED"] * 2 + ["COMPLETED"] * 2
        assert all(words in row["reason"] for row in rows[:2])
        assert rows[0]["val_mse_per_pixel"] == ""

    def test_a_mistake_of_every_trial_stops_at_the_first(
        self, search, tmp_path, monkeypatch, trial_table
    ):
        def broken(*_, **__):
            raise TypeError("no kernel\nfor this")

        flags = ("--tuner=random", "--epochs=1")
        with monkeypatch.context() as patched:
            patched.setattr(trial, "fit", broken)
            outcome = search(tmp_path, *flags)
            assert outcome.code == 1
            words = "Trial 0000 failed before any was trained, and so may every other one: "
            assert words + "TypeError: no kernel for this" in outcome.err
            # Going on tries another one, and not the old one again.
            assert "Trial 0001 failed before" in search(tmp_path, *flags, "--resume").err
        assert search(tmp_path, *flags, "--max_trials=3", "--resume").code == 0
        assert [row["status"] for row in trial_table(tmp_path)] == ["FAILED"] * 2 + ["COMPLETED"]

    def test_a_full_disk_stops_at_once(self, search, tmp_path, monkeypatch):
        def full(*_, **__):
            raise OSError("no space left")

        monkeypatch.setattr(trial, "fit", full)
        outcome = search(tmp_path, "--tuner=random")
        assert outcome.code == 1
        assert "no space left" in outcome.complaint
        events = record.read(SearchDir(tmp_path).record)
        assert [proposed.trial_id for proposed in events] == ["0000"], "it was proposed, no more"

    def test_a_mistake_of_one_trial_does_not(self, search, tmp_path, monkeypatch, trial_table):
        def broken_second(*arguments, **keywords):
            if _trial_of(arguments) == "0001":
                raise ValueError("only\nhere")
            return fitting.fit(*arguments, **keywords)

        monkeypatch.setattr(trial, "fit", broken_second)
        assert search(tmp_path, "--tuner=random", "--max_trials=3", "--epochs=1").code == 0
        rows = trial_table(tmp_path)
        assert [row["status"] for row in rows] == ["COMPLETED", "FAILED", "COMPLETED"]
        assert rows[1]["reason"] == "ValueError: only here"

    def test_a_validation_error_that_is_no_number_is_a_failure(
        self, search, tmp_path, monkeypatch, trial_table, tiny_space
    ):
        measured = fitting.Validation.mse_per_pixel
        errors = iter([float("nan")])
        monkeypatch.setattr(
            fitting.Validation,
            "mse_per_pixel",
            lambda *arguments: next(errors, None) or measured(*arguments),
        )
        outcome = search(tmp_path, "--tuner=grid", "--epochs=1", space=tiny_space)
        assert outcome.code == 0, outcome.err
        rows = trial_table(tmp_path)
        assert [row["status"] for row in rows] == ["FAILED", "COMPLETED"]
        assert "val_mse_per_pixel became nan after epoch 1" in rows[0]["reason"]

    def test_failures_can_be_limited(self, search, tmp_path, trial_table):
        space = "[learning_rate]\nchoices = [1e25, 1e26, 1e27]\n"
        flags = ("--tuner=grid", "--optimizer=sgd", "--epochs=1")
        outcome = search(tmp_path, *flags, "--max_failures=2", space=space)
        assert outcome.code == 1
        assert "2 trials failed, as many as --max_failures=2 allows" in outcome.err
        page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
        assert "2 FAILED" in page
        # Flags that were left there don't make a winner of a failure.
        (tmp_path / "best.flags").write_text("--epochs=1\n", encoding="utf-8")
        outcome = search(tmp_path, *flags, "--resume", space=space)
        assert outcome.code == 1
        assert "No trial was completed" in outcome.err
        assert len(trial_table(tmp_path)) == 3

    def test_a_trial_that_kills_the_process_is_given_up(
        self, search, tmp_path, monkeypatch, trial_table
    ):
        def killed(*_, **__):
            raise SystemExit  # Stands for a death: nothing is caught, nothing cleaned up.

        out, counters = tmp_path / "out", tmp_path / "vmstat"
        monkeypatch.setattr(oom, "COUNTERS", counters)
        flags = ("--tuner=random", "--max_trials=2", "--epochs=1")
        with monkeypatch.context() as patched:
            patched.setattr(trial, "fit", killed)
            patched.setattr(Path, "unlink", lambda *_, **__: None)
            for start in range(3):
                counters.write_text(f"oom_kill {start}\n", encoding="utf-8")
                search(out, *flags, *(["--resume"] if start else []))
        counters.write_text("oom_kill 3\n", encoding="utf-8")
        assert search(out, *flags, "--resume").code == 0
        rows = trial_table(out)
        assert [row["status"] for row in rows] == ["FAILED", "COMPLETED"]
        assert "3 times the process died in epoch 1" in rows[0]["reason"]

    def test_a_process_that_is_killed_costs_no_trial(
        self, search, tmp_path, monkeypatch, trial_table
    ):
        def killed(*_, **__):
            raise SystemExit

        flags = ("--tuner=random", "--max_trials=1", "--epochs=1")
        with monkeypatch.context() as patched:
            patched.setattr(trial, "fit", killed)
            patched.setattr(Path, "unlink", lambda *_, **__: None)
            for start in range(5):
                search(tmp_path, *flags, *(["--resume"] if start else []))
        assert search(tmp_path, *flags, "--resume").code == 0
        assert [row["status"] for row in trial_table(tmp_path)] == ["COMPLETED"]


class TestConstraints:
    @pytest.mark.parametrize(
        ("limit", "words"),
        [
            ("--max_code=4", "6 numbers of code, more than --max_code=4"),
            ("--max_parameters=380", " parameters, more than --max_parameters=380"),
            ("--max_multiply_adds=8800", " multiply-adds an image, more than --max_multiply_adds"),
        ],
    )
    def test_too_large_candidates_are_rejected_untrained(
        self, search, tmp_path, limit, words, trial_table, tiny_space
    ):
        space = tiny_space.replace("[2, 4]", "[2, 6]")
        outcome = search(tmp_path, "--tuner=grid", "--epochs=1", limit, space=space)
        assert outcome.code == 0, outcome.err
        good, bad = trial_table(tmp_path)
        assert (good["status"], bad["status"]) == ("COMPLETED", "REJECTED")
        assert words in bad["reason"]
        assert bad["epochs"] == "0" and bad["parameters"]
        assert not (tmp_path / "trials" / bad["trial_id"]).exists()

    def test_a_grid_tries_everything_whatever_is_rejected(
        self, search, tmp_path, trial_table, monkeypatch
    ):
        monkeypatch.setattr(oracle, "MAX_REJECTED", 2)
        space = '["model.latent_dim"]\nchoices = [6, 7, 8, 2]\n'
        flags = ("--epochs=1", "--max_code=4")
        outcome = search(tmp_path / "grid", "--tuner=grid", *flags, space=space)
        assert outcome.code == 0, outcome.err
        words = "The search ends after 1 of 4 trials: the space has no other candidate."
        assert outcome.err.splitlines()[-1] == words
        statuses = [row["status"] for row in trial_table(tmp_path / "grid")]
        assert statuses == ["REJECTED"] * 3 + ["COMPLETED"]
        drawn = search(
            tmp_path / "drawn", "--tuner=random", *flags, space=space.replace(", 2]", "]")
        )
        assert drawn.code == 1
        assert "the last 2 candidates were all rejected by --max_code=4. The last: " in drawn.err

    def test_hyperband_trains_on_what_it_has_where_nothing_more_is_found(
        self, search, tmp_path, trial_table, monkeypatch
    ):
        monkeypatch.setattr(oracle, "MAX_REJECTED", 3)
        space = (
            '["model.latent_dim"]\nchoices = [4, 6, 8, 10]\n'
            "[learning_rate]\nmin = 0.01\nmax = 0.02\n"
        )
        flags = ("--tuner=hyperband", "--max_trials=30", "--max_code=4", "--seed=2")
        outcome = search(tmp_path, *flags, space=space)
        assert outcome.code == 0, outcome.err
        rows = trial_table(tmp_path)
        statuses = [row["status"] for row in rows]
        assert statuses[-3:] == ["REJECTED"] * 3
        words = (
            f"The search ends after {len(rows) - statuses.count('REJECTED')} of 30 trials: "
            "the last 3 candidates were all rejected by --max_code=4."
        )
        assert words in outcome.err
        assert "COMPLETED" in statuses
        # The best one's weights are there still.
        kept = [path.parent.name for path in tmp_path.glob("trials/*/model.keras")]
        best = (tmp_path / "best.flags").read_text()
        assert any(f"Trial {trial_id} of a search" in best for trial_id in kept)

    def test_the_size_of_the_encoder_on_a_phone(self, search, tmp_path, trial_table, tiny_space):
        """In float32, in whatever the candidate is trained."""
        flags = ("--tuner=grid", "--max_tflite_bytes=100")
        for out, more in (("float32", ()), ("bfloat16", ("--mixed_precision",))):
            outcome = search(tmp_path / out, *flags, *more, space=tiny_space)
            assert outcome.code == 1
            assert "No trial was completed" in outcome.err
        reasons, mixed = (
            [row["reason"] for row in trial_table(tmp_path / out)]
            for out in ("float32", "bfloat16")
        )
        assert all("bytes of .tflite, more than" in reason for reason in reasons)
        assert mixed == reasons
