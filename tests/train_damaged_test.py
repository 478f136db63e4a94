"""Training that meets a damaged run or a full disk: one message, and nothing lost."""

import os
import shutil
import subprocess

import keras
import pytest
import shortcuts
from made_records import seal
from run_copies import copied

from kerasae import files
from kerasae.run_dir import RunDir

pytestmark = pytest.mark.slow


class TestDamagedRuns:
    @pytest.fixture
    def resume(self, train, small_run, finished, tmp_path):
        """`(run, resume)`: a stopped run to damage, and how to go on with it."""
        run = copied(finished, tmp_path / "run")
        run.metrics.unlink()
        flags = (*small_run, "--epochs=3", "--validation_fraction=0.2", "--resume")
        return run, lambda: train(*flags, f"--run_dir={run.path}")

    @pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04"])
    def test_a_corrupt_model(self, resume, content):
        run, go_on = resume
        run.model.write_bytes(content)
        outcome = go_on()
        assert outcome.code == 1
        assert "model.keras is damaged" in outcome.complaint
        assert run.model.read_bytes() == content
        assert not run.finished

    def test_a_foreign_model(self, resume):
        run, go_on = resume
        image = keras.Input((4, 4, 1))
        output = keras.layers.Dense(2)(keras.layers.Flatten()(image))
        keras.Model(image, output).save(run.model)
        outcome = go_on()
        assert outcome.code == 1
        assert "model.keras is damaged, or of another version" in outcome.complaint

    def test_another_runs_model(self, resume, train, small_run, tmp_path):
        run, go_on = resume
        other = RunDir(tmp_path / "other")
        with shortcuts.numbers_only():
            flags = ("--epochs=1", "--model.latent_dim=7", f"--run_dir={other.path}")
            assert train(*small_run, *flags).code == 0
        shutil.copy(other.model, run.model)
        outcome = go_on()
        assert outcome.code == 1
        assert "not a checkpoint of this run" in outcome.complaint

    def test_a_setting_that_is_newer_than_the_run(self, resume):
        """It had its default's effect then."""
        run, go_on = resume
        description = files.read_json(run.config)
        del description["settings"]["training"]["mixed_precision"]
        seal(run.config, description)
        assert go_on().code == 0
        assert run.finished

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"settings": {"model": "pooled"}}'])
    def test_a_damaged_config(self, resume, content):
        run, go_on = resume
        run.config.write_text(content)
        outcome = go_on()
        assert outcome.code in (1, 2)
        assert "config.json" in outcome.complaint or "--resume" in outcome.complaint

    @pytest.mark.parametrize("content", ["", "nonsense", "epoch,mse_per_pixel\none,two\n"])
    def test_a_damaged_history(self, resume, content):
        run, go_on = resume
        run.history.write_text(content)
        outcome = go_on()
        assert outcome.code == 1
        assert "history.csv" in outcome.complaint

    def test_a_models_file_without_a_run_is_not_taken_for_a_start(self, train, small_run, tmp_path):
        """Someone else's model.keras in the directory is neither loaded nor overwritten."""
        run = RunDir(tmp_path)
        run.model.write_bytes(b"mine")
        outcome = train(*small_run, "--epochs=1", f"--run_dir={run.path}")
        assert outcome.code == 2
        assert "already holds" in outcome.complaint
        assert run.model.read_bytes() == b"mine"


class TestFullDisk:
    @pytest.fixture
    def small_disk(self, tmp_path):
        """A disk of 48 KiB, which holds the first files of a run and not its model."""
        place = tmp_path / "disk"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", place]
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("mounting a small disk is not permitted here")
        yield place
        subprocess.run(["umount", place], check=True)

    def test_a_full_disk(self, train, small_run, small_disk):
        run = RunDir(small_disk / "run")
        outcome = train(*small_run, "--epochs=2", f"--run_dir={run.path}")
        assert outcome.code == 1
        assert "Traceback" not in outcome.err
        assert outcome.err.splitlines()[-1].startswith("kerasae: ")
        assert "No space left" in outcome.err.splitlines()[-1]
        assert not run.finished
        assert not run.model.exists()
        assert not list(run.path.rglob(f"{files.SCRATCH}*"))

        subprocess.run(["mount", "-o", "remount,size=2m", small_disk], check=True)
        outcome = train(*small_run, "--epochs=2", "--resume", f"--run_dir={run.path}")
        assert outcome.code == 0, outcome.err
        assert run.finished

    @pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
    def test_no_file_may_grow_past_a_limit(self, start_train, small_run, tmp_path):
        """The same by the system's limit on file sizes, which needs no permission."""
        import resource

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        run = RunDir(tmp_path / "run")
        process = start_train(*small_run, "--epochs=2", f"--run_dir={run.path}", preexec_fn=limit)
        _, err = process.communicate(timeout=120)
        assert process.returncode == 1, err
        assert "Traceback" not in err
        assert "File too large" in err.splitlines()[-1]
        assert not run.model.exists()
        assert not list(run.path.rglob(f"{files.SCRATCH}*"))
