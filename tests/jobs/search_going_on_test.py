"""A search that was killed, finished or changed, and two at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_search
import pytest
import warm_python

from kerasae.config import ConfigError
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import guard, record, trial
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig

# Keras Tuner calls threading by names of old.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("blank_figures"),
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
]

ROOT = Path(__file__).parents[2]


class TestGoingOn:
    def test_a_killed_search_ends_as_an_undisturbed_one(
        self, searched, search, searched_flags, tmp_path, trial_table, hyperband_flags, search_space
    ):
        """Killed in the middle of a trial, when its second checkpoint is there."""
        undisturbed, _ = searched
        out = tmp_path / "out"
        path = search_space()
        command = [
            sys.executable, "-m", "kerasae.search", *searched_flags, f"--space={path}",
            f"--out={out}", "--validation_fraction=0.2", "--epochs=3", *hyperband_flags,
        ]  # fmt: skip
        process = warm_python.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 300
            while not _is_in_the_middle(SearchDir(out)):
                assert process.poll() is None, "it ended before it could be killed"
                assert time.monotonic() < deadline
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
        done = len(record.trials(record.read(SearchDir(out).record)))
        assert search(out, *hyperband_flags).code == 2, "without --resume it must be refused"
        outcome = search(out, *hyperband_flags, "--resume")
        assert outcome.code == 0, outcome.err
        assert trial_table(out) == trial_table(undisturbed)
        lines = [line for line in outcome.err.splitlines() if line.startswith("trial ")]
        assert len(lines) == len(record.trials(record.read(SearchDir(out).record))) - done
        for name in ("leaderboard.md", "best.flags"):
            assert (out / name).read_text() == (undisturbed / name).read_text()

    def test_a_finished_search_does_nothing_again_and_can_be_made_longer(
        self, search, tmp_path, trial_table, tiny_space, request
    ):
        flags = ("--tuner=bayesian", "--epochs=1")
        assert search(tmp_path, *flags, "--max_trials=2").code == 0
        before = trial_table(tmp_path)
        longer = search(tmp_path, *flags, "--max_trials=3", "--resume")
        assert longer.code == 0, longer.err
        assert trial_table(tmp_path)[:2] == before
        assert len(trial_table(tmp_path)) == 3
        described = (tmp_path / "search.json").read_bytes()
        shorter = search(tmp_path, *flags, "--max_trials=2", "--resume")
        assert shorter.code == 2
        assert shorter.complaint == (
            f"--max_trials must be 3 or more: so many were asked for in {tmp_path} already. "
            "Received: max_trials=2."
        )
        assert (tmp_path / "search.json").read_bytes() == described
        request.getfixturevalue("no_tensorflow")
        again = search(tmp_path, *flags, "--max_trials=3", "--resume")
        assert again.code == 0, again.err
        assert again.err == f"{tmp_path} is already finished.\n"
        assert again.out == longer.out, "no image, and no trial"
        assert len(trial_table(tmp_path)) == 3

    @pytest.mark.parametrize(
        ("flags", "space", "words"),
        [
            (("--seed=1",), None, "--seed was 0 and is now 1"),
            (("--tuner=random",), None, "--tuner was hyperband and is now random"),
            (("--objective=val_accuracy",), None, "--objective was val_mse_per_pixel and is now"),
            (("--max_examples=150",), None, "--max_examples was 200 and is now 150"),
            (("--max_code=5",), None, "--max_code was (none) and is now 5"),
            (("--epochs=4",), None, "--epochs was 3 and is now 4"),
            ((), '["model.latent_dim"]\nchoices = [2, 4]',
             "[model.latent_dim] was kind choice, values 2,4,6 and is now kind choice, values 2,4"),
            ((), '["model.latent_dim"]\nchoices = [2, 4]', "[learning_rate] was kind float"),
        ],
    )  # fmt: skip
    def test_a_changed_search_is_refused(
        self, searched, search, flags, space, words, hyperband_flags
    ):
        out, _ = searched
        outcome = search(out, *hyperband_flags, "--resume", *flags, space=space)
        assert outcome.code == 2, outcome.err
        assert words in outcome.complaint

    def test_without_resume_it_is_refused(self, searched, search, hyperband_flags):
        out, _ = searched
        outcome = search(out, *hyperband_flags)
        assert outcome.code == 2
        assert outcome.complaint.startswith(f"{out} already holds a search. --resume goes on")

    @pytest.mark.parametrize(
        ("resume", "words"),
        [((), "already holds a search"), (("--resume",), "--batch_size was 64 and is now 32")],
    )
    def test_a_search_that_came_first_is_seen_under_the_lock(
        self, searched, search, tmp_path, monkeypatch, hyperband_flags, resume, words
    ):
        """As where two start at once in an empty folder, and the other one has the lock first."""
        out, real, passed = tmp_path / "out", guard.require_searchable, []

        def check(*arguments):
            real(*arguments)
            passed.append(arguments)
            shutil.copytree(searched[0], out, dirs_exist_ok=True)

        monkeypatch.setattr(guard, "require_searchable", check)
        before = (searched[0] / "search.json").read_bytes()
        outcome = search(out, *hyperband_flags, "--batch_size=32", *resume)
        assert outcome.code == 2
        assert words in outcome.complaint
        assert len(passed) == 1
        assert (out / "search.json").read_bytes() == before

    def test_a_rejected_candidate_at_the_end_was_asked_for_too(self, tmp_path):
        folder = SearchDir(tmp_path)
        made = [
            record.Trial("0000", {}, record.COMPLETED, "", 1, 1.0, {}),
            record.Trial("0001", {}, record.REJECTED, "too large", 0, 0.0, {}),
        ]
        fake_search.write_record(folder.record, made)

        def plan(trials):
            return SearchPlan(SearchConfig(space="pooled", max_trials=trials), None, folder, [])

        guard.require_resumable(plan(2))
        with pytest.raises(ConfigError, match="--max_trials must be 2 or more"):
            guard.require_resumable(plan(1))

    def test_two_at_once_are_refused(self, search, lock_holder, tmp_path):
        lock_holder(tmp_path)
        outcome = search(tmp_path, "--max_trials=1")
        assert outcome.code == 1
        assert outcome.complaint == f"Another process is writing {tmp_path}."

    def test_ctrl_c_says_how_to_go_on(self, search, tmp_path, monkeypatch, tiny_space):
        def interrupted(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr(trial, "fit", interrupted)
        outcome = search(tmp_path, "--tuner=grid", "--epochs=1", space=tiny_space)
        assert outcome.code == 130
        assert outcome.complaint.startswith(f"Stopped. Finished epochs are kept in {tmp_path}.")
        assert outcome.complaint.endswith("--epochs=1 --resume")
        assert not list(tmp_path.glob("trials/*/attempts.json"))

    @pytest.mark.parametrize("text", ["{}\n", None])
    def test_a_damaged_or_changed_record_is_reported(
        self, searched, search, tmp_path, hyperband_flags, text
    ):
        shutil.copytree(searched[0], tmp_path / "out")
        record_file = tmp_path / "out" / "record.jsonl"
        changed = record_file.read_text("utf-8").replace('"COMPLETED"', '"FAILED"', 1)
        record_file.write_text(text or changed, encoding="utf-8")
        outcome = search(tmp_path / "out", *hyperband_flags, "--resume")
        assert outcome.code == 1
        assert f"record.jsonl {'is damaged' if text else 'was changed'}" in outcome.complaint

    def test_trials_of_an_older_search_are_not_gone_on_with(
        self, searched, search, tmp_path, hyperband_flags
    ):
        """Their weights might fit, and their numbers would be other candidates'."""
        out = tmp_path / "out"
        shutil.copytree(searched[0], out)
        for name in ("search.json", "record.jsonl"):
            (out / name).unlink()
        outcome = search(out, *hyperband_flags, "--learning_rate_schedule=linear")
        assert outcome.code == 2
        assert "--out holds trials of a search whose search.json is gone" in outcome.complaint


def _is_in_the_middle(folder):
    """Whether a trial has finished a second epoch, and not its third."""
    for rows in folder.trials.glob("*/history.csv"):
        done = history.read(RunDir(rows.parent))
        attempts = folder.attempts(rows.parent.name)
        if len(done) == 2 and attempts.exists():
            return True
    return False
