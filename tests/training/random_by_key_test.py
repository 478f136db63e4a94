"""What is random in a training follows from its images' keys, wherever it was cut."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_fits import IMAGES, RECONSTRUCTION, assert_same_end, build, fit, losses, streamed, unit

from kerasae.data.split import MemorySplit
from kerasae.objectives import denoising, invariance
from kerasae.perturbations.augmentation import augment
from kerasae.run_dir import RunDir
from kerasae.training.callbacks import StopWhen
from kerasae.training.run_recorder import RunRecorder


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
