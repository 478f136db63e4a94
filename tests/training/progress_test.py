"""A line an epoch through logging, a bar on a terminal, and nothing else."""

import io
import logging

import numpy as np
import pytest

from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.training.fit import fit
from kerasae.training.progress import EpochLog, ProgressBar
from kerasae.training.run_recorder import RunRecorder
from kerasae.training.seeding import seeded

IMAGES = MemorySplit(np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8))


def train(*callbacks, epochs=2, validation=None):
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        autoencoder = build_autoencoder("pooled", config, (8, 8, 1))
    training = TrainingConfig(batch_size=10, epochs=epochs)
    objective = reconstruction.build(reconstruction.Config())
    return fit(autoencoder, IMAGES, validation, training, objective, callbacks)


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.ERROR, "tensorflow")  # It warns of what is traced often.
    caplog.set_level(logging.INFO, "kerasae")
    return caplog


def test_a_line_for_each_epoch(log):
    rows = train(EpochLog(), validation=IMAGES).rows
    assert len(log.messages) == 2
    for number, (row, line) in enumerate(zip(rows, log.messages, strict=True), start=1):
        assert line.startswith(
            f"epoch {number}/2  MSE per pixel {row.mse_per_pixel:.6f}  "
            f"validation MSE per pixel {row.val_mse_per_pixel:.6f}  "
        )
    assert log.messages[0].endswith("left")
    assert log.messages[1].endswith("images/s")


def test_going_on_is_said_once(log, tmp_path):
    recorder = RunRecorder(RunDir(tmp_path))
    train(recorder, epochs=1)
    assert log.messages == []
    train(recorder, EpochLog(), epochs=3)
    assert log.messages[0] == "going on after epoch 1 of 3"
    assert [line.split()[1] for line in log.messages[1:]] == ["2/3", "3/3"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_on_a_terminal_alone(monkeypatch, log):
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        monkeypatch.setattr("sys.stderr", stream)
        train(ProgressBar())
    assert "epoch 2/2" in terminal.getvalue()
    assert file.getvalue() == ""
    assert log.messages == []


def test_without_callbacks_nothing_is_said(capfd, log):
    train()
    assert log.messages == []
    assert capfd.readouterr().err == ""
