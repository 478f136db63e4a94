"""A run directory restores what was trained in it, and nothing else."""

import numpy as np
import pytest

from kerasae.config import RunError, TrainingConfig
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder, load_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

STEPS = 3
IMAGES = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)


def build(filters=3):
    with seeded(0):
        config = pooled.Config(filters=(filters,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        return build_autoencoder("pooled", config, (8, 8, 1))


def train(run, autoencoder=None, **settings):
    return fit(
        autoencoder or build(),
        MemorySplit(IMAGES),
        None,
        TrainingConfig(batch_size=10, **settings),
        reconstruction.build(reconstruction.Config()),
        [RunRecorder(run)],
    )


@pytest.fixture
def run(tmp_path):
    return RunDir(tmp_path)


def test_every_epoch_is_written(run):
    assert history.read(run) == []
    assert history.read(run) != train(run, epochs=2).rows == history.read(run)


def test_checkpoint_and_best_model_are_of_their_epochs(run):
    """A rate far too high: the first epoch is the best, the last one is not."""
    fitted = train(run, epochs=4, optimizer="sgd", learning_rate=300.0)
    best = history.best_epoch(fitted.rows)
    assert best < 4
    last, best_model = (load_autoencoder(path).model for path in (run.model, run.best_model))
    assert int(last.optimizer.iterations) == 4 * STEPS
    assert int(best_model.optimizer.iterations) == best * STEPS
    images = IMAGES / np.float32(255)
    np.testing.assert_array_equal(last(images), fitted.autoencoder.model(images))


def test_the_best_model_goes_before_the_checkpoint(run, monkeypatch):
    """Killed while the checkpoint takes its place, the run goes on with the best of its epochs."""
    train(run, epochs=1)
    replace, replaced = type(run.model).replace, []

    def noting(path, target):
        replaced.append(target)
        return replace(path, target)

    monkeypatch.setattr(type(run.model), "replace", noting)
    train(run, epochs=2)
    assert replaced == [run.history, run.best_model, run.model]


def test_a_row_without_its_checkpoint_is_dropped(run):
    """A kill between the two."""
    undisturbed = train(RunDir(run.path / "undisturbed"), epochs=3)
    rows = train(run, epochs=2).rows
    history.write(run, [*rows, history.row(3, 99.0, 99.0, None, 1.0, 25)])
    restored, found = RunRecorder(run).restore(build(), STEPS)
    assert found == rows
    assert int(restored.model.optimizer.iterations) == 2 * STEPS
    again = train(run, epochs=3)
    for name in ("loss", "mse_per_pixel"):
        assert [row[name] for row in again.rows] == [row[name] for row in undisturbed.rows]
    pairs = zip(again.autoencoder.model.weights, undisturbed.autoencoder.model.weights, strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def test_an_empty_directory_restores_nothing(run):
    assert RunRecorder(run).restore(build(), STEPS) is None


def test_a_checkpoint_of_other_layers_is_refused(run):
    train(run, epochs=1)
    with pytest.raises(RunError, match="not a checkpoint of this run"):
        train(run, build(filters=4), epochs=2)


def test_a_checkpoint_without_its_history_is_refused(run):
    train(run, epochs=2)
    run.history.unlink()
    with pytest.raises(RunError, match=r"has 0 epochs and .* has 2"):
        train(run, epochs=3)


def test_nothing_left_to_do(run):
    first, again = train(run, epochs=2), train(run, epochs=2)
    assert again.rows == first.rows
    assert again.input_wait_fraction is None
