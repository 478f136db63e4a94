"""Trainings whose numbers are none any more, noticed at once; epochs before are kept."""

import pytest
from small_fits import IMAGES, build, fit

from kerasae.data.split import MemorySplit
from kerasae.run_dir import RunDir
from kerasae.training import checkpoint
from kerasae.training import fit as fitting
from kerasae.training.callbacks import TrainingCallback
from kerasae.training.guards import DivergenceError
from kerasae.training.run_recorder import RunRecorder


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
