"""Guards of the training steps: against a loss that is no number, and for Ctrl-C."""

import math
import signal
import threading

import keras

from kerasae.config import RunError
from kerasae.names import LOSS
from kerasae.training.callbacks import TrainingCallback


class DivergenceError(RunError):
    """The loss is no longer a number."""


class DivergenceGuard(TrainingCallback):
    """Ends a training whose loss is no longer a number, naming the place."""

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        if not math.isfinite(logs[LOSS]):
            loss, step = float(logs[LOSS]), self.plan.steps_done(batch)
            raise DivergenceError(
                f"The loss became {loss} in epoch {self._epoch} by step {step}. "
                "The epochs before are kept. A lower --learning_rate is the usual cure."
            )


class InterruptGuard(keras.callbacks.Callback):
    """Turns Ctrl-C into a KeyboardInterrupt after the current call; a second one comes at once.

    Signals reach the main thread only; elsewhere this does nothing.
    """

    def __init__(self):
        super().__init__()
        self._interrupted = False
        self._previous = None

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *_):
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _on_signal(self, *_):
        self.raise_if_interrupted()
        self._interrupted = True

    def raise_if_interrupted(self):
        """Ends training if Ctrl-C was pressed since it began."""
        if self._interrupted:
            raise KeyboardInterrupt

    def on_train_batch_end(self, batch, logs=None):
        self.raise_if_interrupted()

    # Ctrl-C while a checkpoint is written counts too.
    on_epoch_end = on_train_batch_end
