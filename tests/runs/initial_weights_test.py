"""A training that begins with the weights of another one."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from kerasae.models.autoencoder import load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.runs import record

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def numbers_only(monkeypatch):
    """What a finished training leaves beside its numbers takes longest, and is tried elsewhere."""
    monkeypatch.setattr("kerasae.jobs.train._complete", lambda *_: None)


@pytest.fixture
def warm(train, small_run, tmp_path):
    """Trains an epoch from some weights; returns the run and what was said."""

    def run(init_from, *flags, name="warm"):
        run = RunDir(tmp_path / name)
        return run, train(
            *small_run, "--epochs=1", f"--init_from={init_from}", f"--run_dir={run.path}", *flags
        )

    return run


# Steps so small that the weights stay what they were to the last digit but one.
STANDING = "--learning_rate=1e-12"


def require_same_weights(one, other):
    pairs = zip(*(load_autoencoder(run.model).model.get_weights() for run in (one, other)),
                strict=True)  # fmt: skip
    for first, second in pairs:
        np.testing.assert_allclose(first, second, rtol=1e-6, atol=1e-9)


def test_it_goes_on_where_the_other_ended(warm, finished):
    run, outcome = warm(finished.path, STANDING)
    assert outcome.code == 0, outcome.err
    require_same_weights(run, finished)
    begun = record.read(run).initial
    assert begun.path == str(finished.path.absolute() / "model.keras")
    assert f"--init_from={begun.path}" in run.flags.read_text()
    _, of_file = warm(begun.path, name="of file")
    assert of_file.code == 0, of_file.err
    assert record.read(RunDir(run.path.parent / "of file")).initial.content == begun.content


def test_weights_of_an_exported_model(warm, published):
    run, outcome = warm(published[0], STANDING)
    assert outcome.code == 0, outcome.err
    require_same_weights(run, RunDir(published[0].parents[2] / "run"))


def test_a_version_that_was_changed_is_refused(warm, published, tmp_path):
    copy = tmp_path / "models" / "1"
    shutil.copytree(published[0], copy)
    with (copy / "keras" / "autoencoder.keras").open("ab") as file:
        file.write(b"more")
    run, outcome = warm(copy)
    assert outcome.code == 1
    assert "keras/autoencoder.keras" in outcome.complaint
    assert not run.path.exists()


def test_other_layers_are_refused(warm, finished):
    run, outcome = warm(finished.path, "--model.latent_dim=7")
    assert outcome.code == 2
    assert "holds the weights of another model: 3x3x1x4, " in outcome.complaint
    assert not run.config.exists()


@pytest.mark.parametrize("missing", ["nothing", "folder", "text.txt"])
def test_what_holds_no_weights_is_refused(warm, missing, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("no weights")
    run, outcome = warm(tmp_path / missing)
    assert outcome.code == 2
    assert outcome.complaint.startswith("--init_from must be a finished run, a version folder")
    assert not run.path.exists()


def test_a_file_that_is_damaged(warm, tmp_path):
    (tmp_path / "model.keras").write_bytes(b"PK no model")
    run, outcome = warm(tmp_path / "model.keras")
    assert outcome.code == 1
    assert outcome.complaint.startswith("--init_from: ")
    assert "model.keras" in outcome.complaint
    assert not run.config.exists()


class TestGoingOn:
    @pytest.fixture
    def copied(self, finished, tmp_path) -> Path:
        return Path(shutil.copy(finished.model, tmp_path / "weights.keras"))

    @pytest.fixture
    def begun(self, warm, copied, monkeypatch):
        """A run that was stopped before its first epoch."""

        def stop(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("kerasae.jobs.train.fit", stop)
            run, outcome = warm(copied)
        assert outcome.code == 130
        return run

    def resume(self, train, small_run, run, *flags):
        return train(*small_run, "--epochs=1", f"--run_dir={run.path}", "--resume", *flags)

    def test_from_the_same_weights_without_naming_them(self, begun, warm, copied, train, small_run):
        outcome = self.resume(train, small_run, begun)
        assert outcome.code == 0, outcome.err
        other, _ = warm(copied, name="other")
        models = [load_autoencoder(run.model).model.get_weights() for run in (begun, other)]
        assert all((one == two).all() for one, two in zip(*models, strict=True))

    def test_other_weights_are_refused(self, begun, warm, copied, train, small_run):
        _, outcome = warm(copied, name="further")
        assert outcome.code == 0, outcome.err
        shutil.copy(begun.path.parent / "further" / "model.keras", copied)
        for flags in ((), (f"--init_from={copied}",)):
            outcome = self.resume(train, small_run, begun, *flags)
            assert outcome.code == 2
            assert "was begun with other weights than" in outcome.complaint

    def test_the_file_is_needed_before_the_first_epoch_only(
        self, begun, warm, copied, train, small_run
    ):
        done, _ = warm(copied, name="done")
        copied.unlink()
        assert self.resume(train, small_run, done).code == 0
        outcome = self.resume(train, small_run, begun)
        assert outcome.code == 1
        assert str(copied) in outcome.complaint

    def test_a_run_from_random_weights_takes_none(self, finished, tmp_path, train, small_run):
        shutil.copytree(finished.path, tmp_path / "run")
        (tmp_path / "run" / "metrics.json").unlink()
        outcome = train(
            *small_run, "--epochs=3", "--validation_fraction=0.2", "--resume",
            f"--run_dir={tmp_path / 'run'}", f"--init_from={finished.path}",
        )  # fmt: skip
        assert outcome.code == 2
        assert "was begun with random weights" in outcome.complaint
