"""What a training measures and leaves, beside NumPy and Keras itself."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_fits import IMAGES, build, fit, streamed, unit

from kerasae import names
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import Autoencoder, load_autoencoder
from kerasae.objectives import denoising
from kerasae.run_config import TrainingConfig
from kerasae.training import fit as fitting


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


def test_a_trained_model_is_loaded_with_its_optimizer(tmp_path):
    fitted = fit(epochs=2)
    fitted.autoencoder.model.save(tmp_path / "model.keras")
    assert int(load_autoencoder(tmp_path / "model.keras").model.optimizer.iterations) == 2 * 3
