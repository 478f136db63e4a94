"""The listing of runs, searches and versions, and what it may delete."""

import dataclasses
import io
import os
import re
import shutil
import sys
from pathlib import Path

import made_records
import pytest
import run_copies

from kerasae import files
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import description
from kerasae.tuning.open_search import open_search
from kerasae.tuning.search_dir import SearchDir

ROOT = Path(__file__).parents[1]


@pytest.fixture
def runs(fake_search, tmp_path):
    """A folder of a finished, a stopped and a damaged run, a search and an exported version."""
    top = tmp_path / "runs"
    finished, stopped, damaged = (
        RunDir(top / place) for place in ("a-finished", "deep/er/b-stopped", "c-damaged")
    )
    rows = [history.row(epoch, 0.1, 0.1, None, 1.0, 100) for epoch in (1, 2, 3)]
    for run in (finished, stopped, damaged):
        made_records.write_run(run, ["--dataset=mnist", "--epochs=3"])
        run.model.touch()
    history.write(finished, rows)
    made_records.write_metrics(finished, epochs=3, code_size=49, test_mse_per_pixel=0.0125)
    made_records.write_readout(finished, made_records.spec(), "linear", 0.75)
    made_records.write_readout(
        finished, made_records.spec(), "linear", 0.5, train_images=100, max_examples=100
    )
    made_records.write_readout(finished, made_records.spec("other"), "ffn", 0.9)
    history.write(stopped, rows[:2])
    damaged.config.write_text("{}", encoding="utf-8")
    fake_search(top / "d-search", trials=5)
    version = top / "exports" / "small" / "1"
    version.mkdir(parents=True)
    shutil.copy(ROOT / "saved_models" / "cognition" / "1" / "manifest.json", version)
    return top


@pytest.fixture
def listed(cli, runs):
    """Rows of the table by the name of their folder, cut at columns; its outcome must be good."""

    def run(*flags):
        outcome = cli("list", f"--run_dirs={runs}", *flags)
        assert (outcome.code, outcome.err) == (0, "")
        heading, *lines = outcome.out.splitlines()
        names = heading.split()
        starts = [heading.index(name) for name in names]
        ends = [*starts[1:], None]
        rows = [
            {name: line[a:b].strip() for name, a, b in zip(names, starts, ends, strict=True)}
            for line in lines
        ]
        return {os.path.relpath(row["path"], runs): row for row in rows}

    return run


class TestTable:
    def test_everything_is_there_once(self, listed):
        rows = listed()
        assert set(rows) == {
            "a-finished", "deep/er/b-stopped", "c-damaged", "d-search", "exports/small/1",
        }  # fmt: skip

    def test_numbers_are_those_of_the_records(self, listed):
        row = listed()["a-finished"]
        assert (row["state"], row["kind"], row["dataset"]) == ("finished", "run", "mnist:3.0.1")
        assert (row["done"], row["code"]) == ("3/3", "49")
        assert float(row["test_mse_per_pixel"]) == 0.0125
        assert row["age"].endswith(" s")

    def test_readouts_are_those_of_the_own_dataset_with_most_labels(self, listed):
        assert listed()["a-finished"]["found"] == "linear 0.7500"

    def test_a_stopped_run_has_no_error_yet(self, listed):
        row = listed()["deep/er/b-stopped"]
        assert (row["state"], row["done"], row["test_mse_per_pixel"]) == ("stopped", "2/3", "")

    def test_a_damaged_run_says_what_is_wrong(self, listed):
        row = listed()["c-damaged"]
        assert (row["state"], row["kind"]) == ("damaged", "run")
        assert "config.json is damaged" in row["found"]

    def test_a_search_has_its_trials_and_its_best(self, listed):
        row = listed()["d-search"]
        assert row["kind"] == "search"
        assert row["state"] == "stopped"
        assert re.fullmatch(r"\d+/\d+", row["done"])
        assert row["found"].startswith("best val_mse_per_pixel 0.")

    def test_a_search_with_all_its_trials_is_finished(self, listed, runs):
        folder = SearchDir(runs / "d-search")
        found = open_search(folder.path)
        few = dataclasses.replace(found.description, max_trials=found.counted)
        description.write(folder.description, few)
        assert listed()["d-search"]["state"] == "finished"
        with RunDir(folder.path).locked():
            assert listed()["d-search"]["state"] == "running"

    def test_a_run_that_is_written_is_running(self, listed, runs):
        run = RunDir(runs / "deep" / "er" / "b-stopped")
        with run.locked():
            assert listed()["deep/er/b-stopped"]["state"] == "running"
        assert listed()["deep/er/b-stopped"]["state"] == "stopped"

    def test_nothing_is_written(self, listed, runs):
        before = run_copies.content(RunDir(runs))
        listed()
        assert run_copies.content(RunDir(runs)) == before

    def test_links_are_not_followed(self, listed, runs, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        shutil.move(runs / "a-finished", tmp_path / "elsewhere")
        (runs / "link").symlink_to(tmp_path / "elsewhere" / "a-finished")
        assert "link" not in listed()

    def test_tensorflow_is_not_needed(self, python, runs):
        code = (
            "import sys\nfrom kerasae import cli, list as verb\n"
            "sys.argv = ['list', '--run_dirs=' + sys.argv[1]]\n"
            "try:\n    cli.run(verb.command_line, verb.main)\n"
            "except SystemExit as end:\n    assert end.code == 0\n"
            "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)\n"
        )
        done = python(code, runs)
        assert (done.returncode, done.stderr) == (0, "")


class TestChoice:
    @pytest.mark.parametrize(
        ("flags", "wanted"),
        [
            (("--kind=search,export",), {"d-search", "exports/small/1"}),
            (("--state=stopped",), {"deep/er/b-stopped", "d-search"}),
            (("--state=damaged",), {"c-damaged"}),
            (("--dataset=mnist", "--kind=run"), {"a-finished", "deep/er/b-stopped"}),
            (("--dataset=mnist:3.0.1", "--kind=run"), {"a-finished", "deep/er/b-stopped"}),
            (("--dataset=mnist:1.0.0",), set()),
            (("--dataset=emnist/letters",), set()),
        ],
    )
    def test_filters(self, listed, flags, wanted):
        assert set(listed(*flags)) == wanted

    def test_order(self, listed, runs):
        os.utime(runs / "a-finished" / "metrics.json", (9e9, 9e9))
        assert next(iter(listed())) == "a-finished"
        paths = list(listed("--sort=path"))
        assert paths == sorted(paths)
        assert next(iter(listed("--sort=error"))) == "a-finished"

    @pytest.mark.parametrize(
        ("flags", "message"),
        [
            (["--run_dirs=/no/such"], "--run_dirs must be folders. Received: run_dirs=/no/such."),
            (["--kind=runs"], "--kind must be one of export, run, search. Received: 'runs'."),
            (["--state=done"], "--state must be one of damaged, finished, running, stopped."),
            (["--yes"], "--yes goes with --delete."),
            (["--sort=size"], "sort"),
        ],
    )
    def test_bad_flags(self, cli, runs, flags, message):
        outcome = cli("list", f"--run_dirs={runs}", *flags)
        assert outcome.code == 2
        assert message in outcome.complaint


class TestDeletion:
    @pytest.fixture
    def delete(self, cli, runs):
        def run(*flags):
            return cli("list", f"--run_dirs={runs}", "--delete", *flags)

        return run

    def test_what_was_listed_is_gone_and_nothing_else(self, delete, runs):
        outcome = delete("--yes", "--state=stopped", "--kind=run")
        stopped = runs / "deep" / "er" / "b-stopped"
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.out.endswith(f"deleted {stopped}\n")
        assert list(stopped.parent.iterdir()) == []
        assert len(list(runs.iterdir())) == 5

    def test_a_search_and_a_damaged_run_can_go(self, delete, runs):
        assert delete("--yes", "--kind=run,search").code == 0
        assert not (runs / "d-search").exists()
        assert not (runs / "c-damaged").exists()
        assert (runs / "exports" / "small" / "1").exists()

    def test_versions_stay(self, delete, runs):
        outcome = delete("--yes")
        assert outcome.code == 2
        assert "an exported version is never changed" in outcome.complaint
        assert len(list(runs.iterdir())) == 5

    def test_without_a_terminal_it_is_not_done(self, delete, runs, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
        outcome = delete("--kind=run")
        assert outcome.code == 2
        assert "--yes answers for it" in outcome.complaint
        assert (runs / "a-finished").exists()

    @pytest.mark.parametrize(("answer", "there"), [("yes\n", False), ("y\n", True), ("", True)])
    def test_a_person_is_asked(self, delete, runs, monkeypatch, answer, there):
        stdin = io.StringIO(answer)
        stdin.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", stdin)
        outcome = delete("--state=finished", "--kind=run")
        assert outcome.code == 0
        assert "Delete these 1? yes deletes them: " in outcome.out
        assert (runs / "a-finished").exists() == there

    def test_a_run_that_is_written_stays_and_the_others_go(self, delete, runs, lock_holder):
        lock_holder(runs / "a-finished")
        outcome = delete("--yes", "--kind=run")
        assert outcome.code == 1
        assert outcome.complaint == f"Another process is writing {runs / 'a-finished'}."
        assert (runs / "a-finished" / "model.keras").exists()
        assert not (runs / "c-damaged").exists()

    def test_a_folder_with_files_of_others_stays(self, delete, runs):
        files.write_text(runs / "a-finished" / "thesis.tex", "mine")
        outcome = delete("--yes", "--state=finished", "--kind=run")
        assert outcome.code == 1
        assert "thesis.tex in it is not of kerasae" in outcome.complaint
        assert (runs / "a-finished" / "model.keras").exists()

    def test_a_link_stays_and_what_it_leads_to(self, cli, runs, tmp_path):
        (tmp_path / "link").symlink_to(runs / "a-finished")
        outcome = cli("list", f"--run_dirs={tmp_path / 'link'}", "--delete", "--yes")
        assert outcome.code == 1
        assert "it is no folder, but a link or a file" in outcome.complaint
        assert (runs / "a-finished" / "model.keras").exists()

    def test_links_inside_go_without_what_they_lead_to(self, delete, runs, tmp_path):
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "file").touch()
        (runs / "a-finished" / "codes").symlink_to(tmp_path / "mine")
        assert delete("--yes", "--state=finished", "--kind=run").code == 0
        assert not (runs / "a-finished").exists()
        assert (tmp_path / "mine" / "file").exists()


def test_an_empty_folder_is_an_empty_table(cli, tmp_path):
    outcome = cli("list", f"--run_dirs={tmp_path}")
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) == 1


def test_the_folder_of_a_search_has_no_file_that_its_deletion_would_take_for_foreign(tmp_path):
    """Its names are attributes; so are those of a run."""
    for folder in (SearchDir(tmp_path), RunDir(tmp_path)):
        assert all(tmp_path in path.parents for path in vars(folder).values() if path != tmp_path)
