"""The average of the weights over the steps, which is measured and kept."""

import keras
import numpy as np
import pytest
from small_fits import IMAGES, assert_same_end, build, fit, unit

from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training.callbacks import StopWhen
from kerasae.training.run_recorder import RunRecorder


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
