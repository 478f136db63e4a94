"""Runs that no command takes: not there, not finished, damaged, or being written."""

import made_records
import pytest
from run_copies import content, copied

from kerasae.runs import record


@pytest.mark.parametrize("command", ["readout", "encode", "report"])
class TestOfEveryCommand:
    def test_nothing_there(self, cli, command, tmp_path):
        outcome = cli(command, f"--run_dir={tmp_path / 'no'}")
        assert outcome.code == 2
        assert f"--run_dir={tmp_path / 'no'} holds no run" in outcome.complaint
        assert not (tmp_path / "no").exists()

    @pytest.mark.parametrize("missing", ["model", "metrics"])
    def test_not_finished(self, cli, command, missing, finished, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        run = copied(finished, tmp_path / "run")
        getattr(run, missing).unlink()
        before = content(run)
        outcome = cli(command, f"--run_dir={run.path}")
        assert outcome.code == 2
        assert f"not finished: {getattr(run, missing).name} missing" in outcome.complaint
        assert "python -m kerasae.train" in outcome.complaint
        assert "--resume" in outcome.complaint
        assert content(run) == before

    @pytest.mark.parametrize("bytes_", [b"", b"not a model"])
    def test_a_corrupt_model(self, cli, command, bytes_, finished, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        run = copied(finished, tmp_path / "run")
        run.model.write_bytes(bytes_)
        outcome = cli(command, f"--run_dir={run.path}")
        assert outcome.code == 1
        assert "model.keras is damaged" in outcome.complaint
        assert run.model.read_bytes() == bytes_

    def test_settings_of_another_version(self, cli, command, finished, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        run = copied(finished, tmp_path / "run")
        stored = record.read(run).settings
        made_records.change_run(
            run, settings={k: v for k, v in stored.items() if k != "training_objective"}
        )
        before = content(run)
        outcome = cli(command, f"--run_dir={run.path}")
        assert outcome.code == 1
        words = "config.json is damaged, or of another version of kerasae: it has no"
        assert words in outcome.complaint
        assert content(run) == before

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
    def test_damaged_metrics(self, cli, command, text, finished, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        run = copied(finished, tmp_path / "run")
        run.metrics.write_text(text)
        outcome = cli(command, f"--run_dir={run.path}")
        assert outcome.code == 1
        assert "metrics.json is damaged" in outcome.complaint


@pytest.mark.parametrize("command", ["readout", "report"])
def test_a_run_that_another_process_writes(cli, command, finished, lock_holder, tmp_path):
    run = copied(finished, tmp_path / "run")
    holder = lock_holder(run.path)
    try:
        outcome = cli(command, f"--run_dir={run.path}")
        assert outcome.code == 1
        assert "Another process is writing" in outcome.complaint
    finally:
        holder.kill()
        holder.wait()
