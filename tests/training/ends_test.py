"""How a training ends: by its callbacks, by an error and when it is interrupted."""

import os
import signal

import pytest
from small_fits import IMAGES, assert_same_end, build, fit

from kerasae.data.split import MemorySplit
from kerasae.run_dir import RunDir
from kerasae.training import fit as fitting
from kerasae.training import history
from kerasae.training.callbacks import StopWhen, TrainingCallback
from kerasae.training.run_recorder import RunRecorder


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
