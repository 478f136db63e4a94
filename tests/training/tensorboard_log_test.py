"""What TensorBoard reads back of a training: its numbers, its images, each epoch once."""

import logging

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.training.fit import fit
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded
from kerasae.training.tensorboard_log import EPOCHS, HISTORY, TensorBoardLog

IMAGES = MemorySplit(np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), np.uint8))
SHOWN = (IMAGES.take(np.arange(3)) / 255).astype("float32")


def train(run, log, epochs):
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        autoencoder = build_autoencoder("pooled", config, (8, 8, 1))
    training = TrainingConfig(batch_size=10, epochs=epochs, learning_rate_schedule="linear")
    objective = reconstruction.build(reconstruction.Config())
    return fit(autoencoder, IMAGES, IMAGES, training, objective, [RunRecorder(run), log])


def scalars(folder):
    """Values by name and step; a step that is there twice fails."""
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    found = {}
    for name in events.Tags()["tensors"]:
        if events.SummaryMetadata(name).plugin_data.plugin_name == "scalars":
            values = events.Tensors(name)
            assert len({value.step for value in values}) == len(values)
            found[name] = {v.step: float(tf.make_ndarray(v.tensor_proto)) for v in values}
    return found, events


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """The folder of a training that went on after two epochs of four, and what it reached."""
    run = RunDir(tmp_path_factory.mktemp("run"))
    train(run, TensorBoardLog(run.tensorboard, SHOWN), 2)
    return run.tensorboard, train(run, TensorBoardLog(run.tensorboard, SHOWN), 4)


def test_numbers_are_those_of_the_history(logged):
    folder, fitted = logged
    found, _ = scalars(folder / HISTORY)
    assert set(found) == {"loss", "mse_per_pixel", "val_mse_per_pixel", "images_per_second"}
    for name, values in found.items():
        wanted = {row.epoch: getattr(row, name) for row in fitted.rows}
        assert values == pytest.approx(wanted)
    assert len(fitted.rows) == 4


def test_the_learning_rate_falls_as_scheduled(logged):
    folder, _ = logged
    found, _ = scalars(folder / EPOCHS)
    # Each start plans its own end, 4 and then 8 steps of 2 an epoch.
    assert found["learning_rate"] == pytest.approx({1: 5e-4, 2: 0, 3: 0, 4: 0}, abs=1e-9)


def test_images_stand_above_what_comes_back(logged):
    folder, fitted = logged
    _, events = scalars(folder / EPOCHS)
    images = events.Tensors("reconstructions")
    assert [image.step for image in images] == [1, 2, 3, 4]
    width, height, png = tf.make_ndarray(images[-1].tensor_proto)
    picture = tf.io.decode_png(png).numpy()
    assert picture.shape == (int(height), int(width), 1) == (16, 24, 1)
    np.testing.assert_allclose(picture[:8] / 255, np.concatenate(SHOWN, axis=1), atol=0.003)
    decoded = fitted.autoencoder.model(SHOWN, training=False).numpy().clip(0, 1)
    np.testing.assert_allclose(picture[8:] / 255, np.concatenate(decoded, axis=1), atol=0.003)


def test_a_log_that_can_not_be_written_ends_no_training(tmp_path, caplog):
    run = RunDir(tmp_path / "run")
    run.path.mkdir()
    run.tensorboard.write_text("a file", encoding="utf-8")
    caplog.set_level(logging.ERROR, "kerasae")
    assert len(train(run, TensorBoardLog(run.tensorboard, SHOWN), 2).rows) == 2
    assert all("The log for TensorBoard in" in message for message in caplog.messages)
    assert caplog.messages


def test_weights_are_those_without_a_log(tmp_path):
    with_log = train(
        RunDir(tmp_path / "a"), TensorBoardLog(tmp_path / "log", SHOWN), 2
    ).autoencoder.model.get_weights()

    class Nothing(TensorBoardLog):
        def on_row(self, rows):
            pass

    without = train(RunDir(tmp_path / "b"), Nothing(tmp_path, SHOWN), 2).autoencoder.model
    for one, other in zip(with_log, without.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
