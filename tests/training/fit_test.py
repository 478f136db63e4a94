import os
import signal

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasae import names
from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit
from kerasae.models.autoencoder import Autoencoder, build_autoencoder, load_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import denoising, invariance, reconstruction
from kerasae.perturbations.augmentation import augment
from kerasae.run_config import TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.training import checkpoint, history
from kerasae.training import fit as fitting
from kerasae.training.callbacks import StopWhen, TrainingCallback
from kerasae.training.guards import DivergenceError
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

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


IMAGES = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)
RECONSTRUCTION = reconstruction.build(reconstruction.Config())


def build():
    """A small autoencoder of 8x8 images, the same each time."""
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        return build_autoencoder("pooled", config, (8, 8, 1))


def streamed(images=IMAGES):
    """The images as a split that decodes them in every epoch."""
    records = tf.data.Dataset.from_tensor_slices(images)
    shape = images.shape[1:]
    return StreamedSplit(records, lambda images: images, len(images), shape, None, None, block=7)


def fit(
    autoencoder=None,
    *callbacks,
    train=None,
    validation=None,
    objective=RECONSTRUCTION,
    **settings,
):
    """25 images in batches of 10, so that the last batch is a partial one."""
    return fitting.fit(
        autoencoder or build(),
        train or MemorySplit(IMAGES),
        validation,
        TrainingConfig(**{"batch_size": 10, **settings}),
        objective,
        callbacks,
    )


def losses(fitted):
    """What doesn't depend on the machine's speed."""
    return [(row.epoch, row.loss, row.mse_per_pixel, row.val_mse_per_pixel) for row in fitted.rows]


def assert_same_end(fitted, expected):
    """To the bit: rows and weights."""
    assert losses(fitted) == losses(expected)
    pairs = zip(fitted.autoencoder.model.weights, expected.autoencoder.model.weights, strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def unit(images):
    return images / np.float32(255)


class TestRows:
    def test_the_mse_is_the_mean_over_every_image(self):
        """With weights that stand still it is the plain mean, the partial batch as it is."""
        fitted = fit(epochs=1, optimizer="sgd", learning_rate=1e-20)
        images = unit(IMAGES)
        expected = np.mean((fitted.autoencoder.model(images).numpy() - images) ** 2)
        (row,) = fitted.rows
        assert row.mse_per_pixel == pytest.approx(expected, rel=1e-5)
        assert row.loss == row.mse_per_pixel
        assert row.val_mse_per_pixel is None
        assert row.epoch == 1

    @pytest.mark.parametrize("make", [MemorySplit, streamed], ids=["memory", "streamed"])
    def test_the_validation_error_is_measured_after_the_epoch_on_all_of_them(self, make):
        fitted = fit(train=make(IMAGES), validation=make(IMAGES), epochs=3)
        images = unit(IMAGES)
        expected = np.mean((fitted.autoencoder.model(images).numpy() - images) ** 2)
        errors = [row.val_mse_per_pixel for row in fitted.rows]
        assert errors[-1] == pytest.approx(expected, rel=1e-5)
        assert sorted(set(errors), reverse=True) == errors
        assert int(fitted.autoencoder.model.optimizer.iterations) == 3 * 3

    @pytest.mark.parametrize("batch_size", [5, 25], ids=["several steps a call", "one"])
    def test_what_layers_add_to_the_loss_is_in_the_loss_alone(self, batch_size):
        """The added constant has no gradient, so that the training is the same."""
        settings = {"epochs": 2, "validation": MemorySplit(IMAGES), "batch_size": batch_size}
        plain, adding = fit(**settings), fit(with_added_loss(build()), **settings)
        for ours, expected in zip(adding.rows, plain.rows, strict=True):
            assert ours.mse_per_pixel == expected.mse_per_pixel
            assert ours.val_mse_per_pixel == expected.val_mse_per_pixel
            assert ours.loss == pytest.approx(expected.loss + 1, rel=1e-6)

    def test_the_error_is_to_the_target_whatever_the_model_is_shown(self):
        noise = denoising.build(denoising.Config(level=0.5))
        fitted = fit(objective=noise, epochs=1, optimizer="sgd", learning_rate=1e-20)
        keys = tf.constant([[0, 0, position] for position in range(25)], tf.int64)
        (shown,) = noise.views(tf.constant(unit(IMAGES)), keys)
        expected = np.mean((fitted.autoencoder.model(shown) - unit(IMAGES)) ** 2)
        assert fitted.rows[0].mse_per_pixel == pytest.approx(expected, rel=1e-5)


class AddsOne(keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(keras.ops.ones(()))
        return inputs


def with_added_loss(autoencoder):
    """The same model and variables behind a layer that adds 1 to the loss."""
    image = keras.Input((8, 8, 1), name=names.IMAGE)
    code = keras.layers.Identity(name=names.CODE)(autoencoder.encoder(AddsOne()(image)))
    return Autoencoder.from_model(keras.Model(image, autoencoder.decoder(code)))


class TestKerasItself:
    @pytest.mark.parametrize("settings", [{}, {"optimizer": "sgd", "momentum": 0.9}], ids=str)
    def test_reconstruction_is_what_keras_makes_of_its_own_loss_to_the_bit(self, settings):
        """Compiled with `MeanSquaredError`, on the same batches, a step a call."""
        config = TrainingConfig(batch_size=10, epochs=3, **settings)
        model, train = build().model, MemorySplit(IMAGES)
        model.compile(
            optimizer=fitting.make_optimizer(config, 9),
            loss=keras.losses.MeanSquaredError(),
            jit_compile=False,
        )
        batches = train.training_batches(10, config.seed, 0, 3, lambda images, _: (images, images))
        done = model.fit(batches, epochs=3, steps_per_epoch=3, shuffle=False, verbose=0)
        fitted = fit(epochs=3, **settings)
        for name in (names.LOSS, names.MSE_PER_PIXEL):
            assert [getattr(row, name) for row in fitted.rows] == done.history["loss"]
        for ours, theirs in zip(fitted.autoencoder.model.weights, model.weights, strict=True):
            np.testing.assert_array_equal(ours, theirs)

    def test_its_callbacks_see_what_a_row_has(self):
        seen = []
        log = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: seen.append(dict(logs)))
        rows = fit(None, log, validation=MemorySplit(IMAGES), epochs=2).rows
        numbers = (names.LOSS, names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL)
        assert seen == [{name: getattr(row, name) for name in numbers} for row in rows]


class TestEnds:
    def test_callbacks_end_it_and_later_calls_go_on_to_the_same_end(self, tmp_path):
        """The schedule is that of all epochs all the while."""
        settings = {"epochs": 4, "learning_rate_schedule": "linear"}
        recorder = RunRecorder(RunDir(tmp_path))
        for stop in (1, 1, 3, 4):
            condition = StopWhen(lambda rows, stop=stop: len(rows) >= stop)
            fitted = fit(build(), recorder, condition, **settings)
            assert len(fitted.rows) == stop
        assert_same_end(fitted, fit(**settings))

    def test_a_callback_is_asked_after_each_epoch_and_closed_at_the_end(self):
        class Noting(TrainingCallback):
            def on_row(self, rows):
                calls.append(("row", len(rows)))

            def should_stop(self, rows):
                calls.append(("stop", len(rows)))
                return False

            def close(self):
                calls.append("close")

        calls = []
        fit(build(), Noting(), epochs=2)
        assert calls == [("row", 1), ("stop", 1), ("row", 2), ("stop", 2), "close"]

    def test_callbacks_are_closed_after_an_error_too(self):
        class Failing(TrainingCallback):
            closed = False

            def on_row(self, rows):
                raise ZeroDivisionError

            def close(self):
                self.closed = True

        failing = Failing()
        with pytest.raises(ZeroDivisionError):
            fit(build(), failing, epochs=1)
        assert failing.closed

    def test_early_stopping_looks_at_the_validation_error(self):
        """Weights that stand still never get better."""
        fitted = fit(
            validation=MemorySplit(IMAGES[:7]), epochs=9, early_stopping=2, optimizer="sgd",
            learning_rate=1e-20,
        )  # fmt: skip
        assert len(fitted.rows) == 3

    def test_ctrl_c_while_validating_leaves_no_row_and_says_nothing(self, tmp_path, monkeypatch):
        class Interrupted(fitting.Validation):
            def mse_per_pixel(self, between):
                os.kill(os.getpid(), signal.SIGINT)
                return super().mse_per_pixel(between)

        monkeypatch.setattr(fitting, "Validation", Interrupted)
        run = RunDir(tmp_path)
        with pytest.raises(KeyboardInterrupt) as interrupt:
            fit(build(), RunRecorder(run), validation=MemorySplit(IMAGES), epochs=2)
        assert str(interrupt.value) == ""
        assert history.read(run) == []

    def test_the_wait_is_a_share(self):
        assert 0 < fit(epochs=1).input_wait_fraction < 1


class Leaping(TrainingCallback):
    """Gives an epoch, counted from 1, an absurd learning rate."""

    def __init__(self, epoch, rate):
        super().__init__()
        self.epoch, self.rate = epoch, rate

    def on_epoch_begin(self, epoch, logs=None):
        if epoch + 1 == self.epoch:
            self.model.optimizer.learning_rate = self.rate


class TestDivergence:
    """In the only step of an epoch, after which no other one shows what became of the model."""

    @staticmethod
    def fit(run, *callbacks, **settings):
        return fit(
            build(), RunRecorder(run), *callbacks, batch_size=25, optimizer="sgd", **settings
        )

    @pytest.mark.parametrize("held_out", [False, True])
    @pytest.mark.parametrize("rate", [1e30, 1e38])
    def test_the_last_step_of_an_epoch_is_noticed(self, tmp_path, rate, held_out):
        run = RunDir(tmp_path)
        settings = {"validation": MemorySplit(IMAGES)} if held_out else {}
        with pytest.raises(DivergenceError, match=r"became \w+ after epoch 1"):
            self.fit(run, Leaping(1, rate), epochs=1, **settings)
        assert not any(path.exists() for path in (run.model, run.best_model, run.history))

    def test_epochs_before_are_kept(self, tmp_path):
        run = RunDir(tmp_path)
        with pytest.raises(DivergenceError, match=r"became \w+ after epoch 2"):
            self.fit(run, Leaping(2, 1e30), epochs=3)
        assert len(checkpoint.read_history(run)) == 1
        assert run.best_model.read_bytes() == run.model.read_bytes()

    def test_a_validation_error_that_is_no_number_is_no_row(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fitting.Validation, "mse_per_pixel", lambda *_: float("nan"))
        with pytest.raises(DivergenceError, match="val_mse_per_pixel became nan after epoch 1"):
            self.fit(RunDir(tmp_path), validation=MemorySplit(IMAGES), epochs=1)
        assert not RunDir(tmp_path).model.exists()


class TestRandomObjective:
    @pytest.mark.parametrize("make", [MemorySplit, streamed], ids=["memory", "streamed"])
    @pytest.mark.parametrize("plugin", [denoising, invariance], ids=lambda plugin: plugin.__name__)
    def test_resumed_is_uninterrupted_to_the_bit(self, make, plugin, tmp_path):
        """What is random follows from the images' keys, wherever the training was cut."""
        objective = plugin.build(plugin.Config())
        settings = {"objective": objective, "epochs": 4, "validation": MemorySplit(IMAGES)}
        recorder = RunRecorder(RunDir(tmp_path))
        for stop in (1, 3, 4):
            keras.utils.set_random_seed(stop)
            condition = StopWhen(lambda rows, stop=stop: len(rows) >= stop)
            fitted = fit(build(), recorder, condition, train=make(IMAGES), **settings)
        assert_same_end(fitted, fit(train=make(IMAGES), **settings))
        settings["objective"] = RECONSTRUCTION
        assert losses(fitted) != losses(fit(train=make(IMAGES), **settings))


class TestAugmentation:
    SETTINGS = {"epochs": 4, "augmentation": 2.0, "validation": MemorySplit(IMAGES)}  # noqa: RUF012

    def test_the_moved_image_is_shown_and_wanted_and_held_out_ones_stay(self):
        settings = self.SETTINGS | {"epochs": 1, "batch_size": 25, "learning_rate": 1e-12}
        (row,) = fit(**settings).rows
        keys = tf.constant([[0, 0, position] for position in range(25)], tf.int64)
        moved = augment(unit(IMAGES), keys, 2.0)
        for images, found in ((moved, row.mse_per_pixel), (unit(IMAGES), row.val_mse_per_pixel)):
            expected = np.mean((build().model(images) - images) ** 2)
            assert found == pytest.approx(expected, rel=1e-5)

    @pytest.mark.parametrize("make", [MemorySplit, streamed], ids=["memory", "streamed"])
    def test_resumed_is_uninterrupted_to_the_bit(self, make, tmp_path):
        recorder = RunRecorder(RunDir(tmp_path))
        for stop in (1, 3, 4):
            condition = StopWhen(lambda rows, stop=stop: len(rows) >= stop)
            fitted = fit(build(), recorder, condition, train=make(IMAGES), **self.SETTINGS)
        assert_same_end(fitted, fit(train=make(IMAGES), **self.SETTINGS))


class TestAverage:
    SETTINGS = {"epochs": 4, "ema_momentum": 0.6, "validation": MemorySplit(IMAGES)}  # noqa: RUF012

    @pytest.mark.parametrize("optimizer", ["adam", "sgd"])
    def test_what_is_left_and_measured_is_the_average_over_all_steps(self, optimizer):
        """One step an epoch, so that the weights are seen after each."""

        class Noting(keras.callbacks.Callback):
            def on_train_batch_end(self, batch, logs=None):
                seen.append(self.model.get_weights())

        seen, average = [], None
        settings = self.SETTINGS | {"batch_size": 25, "optimizer": optimizer}
        fitted = fit(build(), Noting(), **settings)
        for weights in seen:
            average = weights if average is None else [
                0.6 * a + 0.4 * w for a, w in zip(average, weights, strict=True)
            ]  # fmt: skip
        model = fitted.autoencoder.model
        for ours, expected in zip(model.get_weights(), average, strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)
        expected = np.mean((model(unit(IMAGES)).numpy() - unit(IMAGES)) ** 2)
        assert fitted.rows[-1].val_mse_per_pixel == pytest.approx(expected, rel=1e-5)

    def test_the_training_itself_is_what_it_is_without(self):
        plain = fit(**self.SETTINGS | {"ema_momentum": 0.0})
        found, expected = (fit(**self.SETTINGS).rows, plain.rows)
        assert [row.loss for row in found] == [row.loss for row in expected]
        assert found[0].val_mse_per_pixel > expected[0].val_mse_per_pixel

    def test_resumed_is_uninterrupted_to_the_bit_and_its_checkpoints_hold_the_average(
        self, tmp_path
    ):
        run = RunDir(tmp_path)
        for stop in (1, 3, 4):
            condition = StopWhen(lambda rows, stop=stop: len(rows) >= stop)
            fitted = fit(build(), RunRecorder(run), condition, **self.SETTINGS)
            saved = load_autoencoder(run.model).model.get_weights()
            for ours, kept in zip(fitted.autoencoder.model.get_weights(), saved, strict=True):
                np.testing.assert_array_equal(ours, kept)
        assert_same_end(fitted, fit(**self.SETTINGS))
        assert_same_end(fit(build(), RunRecorder(run), **self.SETTINGS), fitted)


def test_a_trained_model_is_loaded_with_its_optimizer(tmp_path):
    fitted = fit(epochs=2)
    fitted.autoencoder.model.save(tmp_path / "model.keras")
    assert int(load_autoencoder(tmp_path / "model.keras").model.optimizer.iterations) == 2 * 3
