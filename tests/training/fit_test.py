import os
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae.config import RunError, TrainingConfig
from kerasae.data.split import MemorySplit, StreamedSplit
from kerasae.models.autoencoder import build_autoencoder, load_autoencoder
from kerasae.models.families import pooled
from kerasae.run_dir import RunDir
from kerasae.training import fit as fitting
from kerasae.training import history

STEPS = 40


def rate_at(step, **settings):
    """The learning rate that the optimizer would use for a step."""
    optimizer = fitting.make_optimizer(TrainingConfig(**settings), STEPS)
    optimizer.build([keras.Variable(0.0)])
    optimizer.iterations.assign(step)
    return float(optimizer.learning_rate)


@pytest.mark.parametrize("step", [0, 1, STEPS])
def test_a_constant_rate_stays(step):
    assert rate_at(step, learning_rate=0.3) == pytest.approx(0.3)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.3), (STEPS // 2, 0.15), (STEPS, 0.0)])
@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_a_falling_rate_ends_at_nothing(schedule, step, rate):
    found = rate_at(step, learning_rate=0.3, learning_rate_schedule=schedule)
    assert found == pytest.approx(rate, abs=1e-6)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.015), (5, 0.1575), (10, 0.3), (STEPS, 0.0)])
def test_warm_up_rises_from_a_twentieth_of_the_peak(step, rate):
    found = rate_at(step, learning_rate=0.3, learning_rate_schedule="cosine", warmup_fraction=0.25)
    assert found == pytest.approx(rate, abs=1e-6)


def test_warm_up_leaves_a_step_for_the_peak():
    config = TrainingConfig(learning_rate_schedule="cosine", warmup_fraction=0.99)
    optimizer = fitting.make_optimizer(config, 2)
    optimizer.iterations.assign(1)
    assert float(optimizer.learning_rate) == pytest.approx(config.learning_rate)


def test_optimizers_are_what_their_names_say():
    assert isinstance(fitting.make_optimizer(TrainingConfig(), STEPS), keras.optimizers.Adam)
    sgd = fitting.make_optimizer(TrainingConfig(optimizer="sgd", momentum=0.75), STEPS)
    assert type(sgd) is keras.optimizers.SGD
    assert sgd.momentum == 0.75


@pytest.fixture
def setting(tmp_path):
    """`fit` on 25 images in batches of 10, so that the last batch is a partial one."""
    keras.utils.set_random_seed(0)
    config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    autoencoder = build_autoencoder("pooled", config, (8, 8, 1))
    images = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)
    return autoencoder, MemorySplit(images), RunDir(tmp_path)


def run_fit(setting, validation=None, **settings):
    autoencoder, train, run = setting
    config = TrainingConfig(batch_size=10, **settings)
    return fitting.fit(autoencoder, config, train, validation, run, "resume")


def test_the_mse_column_is_the_mean_over_every_image(setting):
    """With weights that stand still it is the plain mean, the partial batch weighted as it is."""
    autoencoder, train, run = setting
    fitted = run_fit(setting, epochs=1, optimizer="sgd", learning_rate=1e-20)
    images = train.images.numpy() / 255
    expected = np.mean((autoencoder.model(images).numpy() - images) ** 2)
    assert fitted.rows[0][history.MSE] == pytest.approx(expected, rel=1e-5)
    assert history.read(run) == fitted.rows
    assert fitted.rows[0][history.VAL_MSE] is None


def test_the_validation_column_is_measured_after_the_epoch(setting):
    validation = MemorySplit(np.full((7, 8, 8, 1), 200, np.uint8))
    fitted = run_fit(setting, validation, epochs=2, learning_rate=0.01)
    after = fitted.autoencoder.model(np.full((1, 8, 8, 1), 200 / 255, "float32")).numpy()
    expected = np.mean((after - 200 / 255) ** 2)
    assert fitted.rows[-1][history.VAL_MSE] == pytest.approx(expected, rel=1e-4)


def test_ctrl_c_while_validating_leaves_no_row(setting, monkeypatch):
    class Interrupted(fitting.Validation):
        def loss(self, between):
            os.kill(os.getpid(), signal.SIGINT)
            return super().loss(between)

    monkeypatch.setattr(fitting, "Validation", Interrupted)
    with pytest.raises(KeyboardInterrupt, match="Finished epochs are kept"):
        run_fit(setting, setting[1], epochs=2)
    assert history.read(setting[2]) == []


def test_streamed_images_are_trained_and_validated_on_too(setting):
    """Held-out images are measured anew each epoch, all of them."""
    autoencoder, memory, run = setting
    records = tf.data.Dataset.from_tensor_slices(memory.images)
    streamed = StreamedSplit(records, lambda image: image, 25, (8, 8, 1), None, None, block=7)
    fitted = run_fit((autoencoder, streamed, run), streamed, epochs=3)
    images = memory.images.numpy() / np.float32(255)
    expected = np.mean((fitted.autoencoder.model(images).numpy() - images) ** 2)
    assert fitted.rows[-1][history.VAL_MSE] == pytest.approx(expected, rel=1e-5)
    errors = [row[history.VAL_MSE] for row in fitted.rows]
    assert sorted(set(errors), reverse=True) == errors
    assert int(fitted.autoencoder.model.optimizer.iterations) == 3 * 3


def test_checkpoint_and_best_model_are_of_their_epochs(setting):
    """A rate far too high: the first epoch is the best, the last one is not."""
    _, train, run = setting
    fitted = run_fit(setting, epochs=4, optimizer="sgd", learning_rate=300.0)
    best = history.best_epoch(fitted.rows)
    assert best < 4
    last, best_model = (load_autoencoder(path).model for path in (run.model, run.best_model))
    assert int(last.optimizer.iterations) == 4 * 3
    assert int(best_model.optimizer.iterations) == best * 3
    images = train.images.numpy() / np.float32(255)
    np.testing.assert_array_equal(last(images), fitted.autoencoder.model(images))


def test_going_on_from_a_checkpoint_of_other_layers_is_refused(setting):
    run_fit(setting, epochs=1)
    wider = pooled.Config(filters=(4,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    other = (build_autoencoder("pooled", wider, (8, 8, 1)), *setting[1:])
    with pytest.raises(RunError, match="not a checkpoint of this run"):
        run_fit(other, epochs=2)


def test_a_checkpoint_without_its_history_is_refused(setting):
    run_fit(setting, epochs=2)
    setting[2].history.unlink()
    with pytest.raises(RunError, match=r"has 0 epochs and .* has 2"):
        run_fit(setting, epochs=3)


def test_nothing_left_to_do(setting):
    first = run_fit(setting, epochs=2)
    again = run_fit(setting, epochs=2)
    assert again.rows == first.rows
    assert again.input_wait_fraction is None


def test_the_wait_is_a_share(setting):
    assert 0 < run_fit(setting, epochs=1).input_wait_fraction < 1


def test_enough_ends_it_early_and_a_later_call_goes_on_to_the_same_end(setting, tmp_path):
    """The schedule is that of all epochs all the while."""
    settings = {"epochs": 4, "learning_rate": 0.01, "learning_rate_schedule": "linear"}
    autoencoder, train, run = setting
    config = TrainingConfig(batch_size=10, **settings)
    weights = autoencoder.model.get_weights()

    def rows_after(where, *stops):
        autoencoder.model.set_weights(weights)
        for stop in stops:
            fitted = fitting.fit(
                autoencoder, config, train, None, where, "resume",
                enough=lambda rows, stop=stop: len(rows) >= stop, quiet=True,
            )  # fmt: skip
            assert len(fitted.rows) == stop
        return [(row[history.EPOCH], row[history.MSE]) for row in fitted.rows]

    assert rows_after(run, 1, 1, 3, 4) == rows_after(RunDir(tmp_path / "other"), 4)


def test_quiet_training_tells_no_line_an_epoch(setting, capsys):
    autoencoder, train, run = setting
    config = TrainingConfig(batch_size=10, epochs=2)
    fitting.fit(autoencoder, config, train, None, run, "resume", quiet=True)
    assert capsys.readouterr().err == ""
    fitting.fit(autoencoder, TrainingConfig(batch_size=10, epochs=3), train, None, run, "resume")
    assert capsys.readouterr().err.splitlines()[-1].startswith("epoch 3/3")
