"""A run directory restores what was trained in it, and nothing else."""

import dataclasses
import logging
import shutil

import numpy as np
import pytest

from kerasae.config import RunError
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder, load_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.training import checkpoint, history
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

STEPS = 3
IMAGES = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)
# A rate far too high: the first epochs are the best, the last one is not.
GETS_WORSE = {"optimizer": "sgd", "learning_rate": 300.0}


def build(filters=3):
    with seeded(0):
        config = pooled.Config(filters=(filters,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        return build_autoencoder("pooled", config, (8, 8, 1))


def train(run, autoencoder=None, owner="ours", **settings):
    return fit(
        autoencoder or build(),
        MemorySplit(IMAGES),
        None,
        TrainingConfig(batch_size=10, **settings),
        reconstruction.build(reconstruction.Config()),
        [RunRecorder(run, owner)],
    )


@pytest.fixture
def run(tmp_path):
    return RunDir(tmp_path / "run")


@pytest.fixture(scope="module")
def worse(tmp_path_factory):
    """A run of four epochs of which an earlier one is the best; tests copy it."""
    run = RunDir(tmp_path_factory.mktemp("worse") / "run")
    rows = train(run, epochs=4, **GETS_WORSE).rows
    assert history.best_epoch(rows) < 4
    return run


@pytest.fixture
def copied(worse, run):
    shutil.copytree(worse.path, run.path)
    return run


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Three epochs at once."""
    return train(RunDir(tmp_path_factory.mktemp("undisturbed") / "run"), epochs=3)


def restore(run, owner="ours", autoencoder=None):
    """A refused one needs no autoencoder to be compared with."""
    return RunRecorder(run, owner).restore(autoencoder, STEPS)


def refused(run, **changes) -> str:
    before = {path: path.read_bytes() for path in run.path.iterdir() if path.is_file()}
    with pytest.raises(RunError) as error:
        restore(run, **changes)
    assert all(path.read_bytes() == content for path, content in before.items())
    return str(error.value)


def test_every_epoch_is_written(run):
    assert history.read(run) == []
    first = train(run, epochs=2)
    assert first.rows == history.read(run) == checkpoint.read_history(run)
    again = train(run, epochs=2)
    assert again.rows == first.rows
    assert again.input_wait_fraction is None, "nothing was left to do"


def test_checkpoint_and_best_model_are_of_their_epochs(worse):
    rows = history.read(worse)
    best = history.best_epoch(rows)
    last, best_model = (load_autoencoder(path).model for path in (worse.model, worse.best_model))
    assert int(last.optimizer.iterations) == 4 * STEPS
    assert int(best_model.optimizer.iterations) == best * STEPS
    assert checkpoint.read_progress(worse.best_model).rows == tuple(rows[:best])


def test_the_best_model_goes_before_the_checkpoint(run, monkeypatch):
    """Killed while the checkpoint takes its place, the run goes on with the best of its epochs."""
    train(run, epochs=1)
    replace, replaced = type(run.model).replace, []

    def noting(path, target):
        replaced.append(target)
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(type(run.model), "replace", noting)
        train(run, epochs=2)
    assert replaced == [run.history, run.best_model, run.model]


@pytest.mark.parametrize("killed_before", ["best_model", "model"])
def test_killed_before_a_file_takes_its_place(run, killed_before, undisturbed, monkeypatch):
    """In the third epoch: what is there of it is made again, to the same end."""
    replace, places = type(run.model).replace, []

    def killed(path, target):
        places.append(target)
        if places.count(getattr(run, killed_before)) == 3:
            raise SystemExit
        return replace(path, target)

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(type(run.model), "replace", killed)
        train(run, epochs=3)
    assert len(history.read(run)) == 3
    restored, found = restore(run, autoencoder=build())
    assert len(found) == 2
    assert history.read(run) == found, "the row without its checkpoint is dropped"
    assert int(restored.model.optimizer.iterations) == 2 * STEPS
    again = train(run, epochs=3)
    for name in ("loss", "mse_per_pixel"):
        assert [getattr(row, name) for row in again.rows] == [
            getattr(row, name) for row in undisturbed.rows
        ]
    pairs = zip(again.autoencoder.model.weights, undisturbed.autoencoder.model.weights, strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def test_an_empty_directory_restores_nothing(run):
    assert restore(run) is None


def test_a_first_row_without_its_checkpoint_is_nothing_yet(run):
    history.write(run, [history.row(1, 1.0, 1.0, None, 1.0, 25)])
    assert restore(run) is None


def test_epochs_without_their_checkpoint_are_not_trained_over(copied):
    copied.model.unlink()
    assert "model.keras is missing, and" in refused(copied)


def test_a_checkpoint_of_other_layers_is_refused(run):
    train(run, epochs=1)
    with pytest.raises(RunError, match="not a checkpoint of this run"):
        train(run, build(filters=4), epochs=2)


def test_a_checkpoint_of_other_settings_is_refused(copied):
    assert "trained with other settings or images" in refused(copied, owner="theirs")


def test_a_checkpoint_of_other_images_is_refused(copied):
    with pytest.raises(RunError, match="12 steps are not 4 epochs of 5"):
        RunRecorder(copied, "ours").restore(build(), 5)


def test_a_model_without_history_is_refused(copied):
    build().model.save(copied.model)
    assert "model.keras is damaged, or of another version of kerasae" in refused(copied)


@pytest.mark.parametrize("error", ["-1", "nan", "inf", "0.123"])
@pytest.mark.parametrize("epoch", [1, 4])
def test_a_changed_row_is_refused(copied, epoch, error):
    lines = copied.history.read_text().splitlines()
    cells = lines[epoch].split(",")
    lines[epoch] = ",".join([*cells[:2], error, *cells[3:]])
    copied.history.write_text("\n".join(lines) + "\n")
    message = refused(copied)
    assert "history.csv is damaged" in message or "history.csv was changed" in message


@pytest.mark.parametrize("rows", [0, 1, 3, 6])
def test_a_history_of_another_length_is_refused(copied, rows):
    known = history.read(copied)
    more = [dataclasses.replace(known[-1], epoch=epoch) for epoch in (5, 6)]
    history.write(copied, [*known, *more][:rows])
    assert "history.csv was changed" in refused(copied)


def test_a_lost_history_is_written_anew(copied, caplog):
    known = copied.history.read_bytes()
    copied.history.unlink()
    with caplog.at_level(logging.WARNING, "kerasae"):
        restore(copied, autoencoder=build())
    assert copied.history.read_bytes() == known
    assert "history.csv is missing and written anew" in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_without_the_best_model_it_does_not_go_on(copied, content):
    copied.best_model.unlink()
    if content is not None:
        copied.best_model.write_bytes(content)
    message = refused(copied)
    assert "best.keras is missing" in message or "best.keras is damaged" in message


def test_the_model_of_another_epoch_is_not_the_best(copied):
    shutil.copy(copied.model, copied.best_model)
    best = history.best_epoch(history.read(copied))
    assert f"best.keras is not of epoch {best}" in refused(copied)


def test_a_lost_best_model_is_copied_where_it_is_the_last(run, caplog):
    train(run, epochs=1)
    run.best_model.unlink()
    with caplog.at_level(logging.WARNING, "kerasae"):
        restore(run, autoencoder=build())
    assert run.best_model.read_bytes() == run.model.read_bytes()
    assert "best.keras is missing and copied" in caplog.text


class TestReadHistory:
    def test_a_changed_table_is_refused(self, copied):
        rows = history.read(copied)
        history.write(copied, [dataclasses.replace(rows[0], mse_per_pixel=0.1), *rows[1:]])
        with pytest.raises(RunError, match=r"history\.csv was changed since kerasae wrote it"):
            checkpoint.read_history(copied)

    def test_a_lost_table_is_missed(self, copied):
        copied.history.unlink()
        with pytest.raises(RunError, match=r"history\.csv"):
            checkpoint.read_history(copied)
