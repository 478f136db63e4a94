"""The end of an epoch: its row is made and handed on, and it is decided what comes next."""

import time
from collections.abc import Callable, Sequence

import keras

from kerasae import names
from kerasae.training import averaging, guards, history
from kerasae.training.callbacks import TrainingCallback

# What Keras reports that isn't a term of the objective.
COLUMNS = (names.LOSS, names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL)


class EpochRows(keras.callbacks.Callback):
    """Makes a row of each epoch, hands the rows to the callbacks, and stops where one asks for it.

    Args:
        rows: Of the epochs before; new ones are added to it.
        images: Images of an epoch.
        patience: Of early stopping; 0 for none.
        callbacks: Those that see the rows.

    Attributes:
        check: Refuses an epoch, counted from 1, whose model gives no numbers; set before the first.
        validate: Gives the error on the held-out images; None without them.
    """

    check: Callable[[int], None]
    validate: Callable[[], float] | None = None

    def __init__(
        self,
        rows: list[history.Row],
        images: int,
        patience: int,
        callbacks: Sequence[TrainingCallback],
    ):
        super().__init__()
        self.rows = rows
        self._images, self._patience, self._callbacks = images, patience, callbacks
        self._began = 0.0

    def should_stop(self) -> bool:
        """Whether training ends after the epochs so far."""
        return bool(self.rows) and (
            history.early_stopped(self.rows, self._patience)
            or any(callback.should_stop(self.rows) for callback in self._callbacks)
        )

    def on_epoch_begin(self, epoch, logs=None):
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self._began
        with averaging.average_in_place(self.model.optimizer):
            self._end_epoch(epoch + 1, seconds, logs)
        if self.should_stop():
            self.model.stop_training = True

    def _end_epoch(self, epoch: int, seconds: float, logs: dict[str, float]) -> None:
        """Makes the row of an epoch, counted from 1, and hands it on."""
        self.check(epoch)
        val_mse = self.validate() if self.validate else None
        if val_mse is not None:
            guards.require_finite(names.VAL_MSE_PER_PIXEL, val_mse, f"after epoch {epoch}")
            logs[names.VAL_MSE_PER_PIXEL] = val_mse  # For callbacks that log what Keras reports.
        self.rows.append(
            history.row(
                epoch,
                loss=float(logs[names.LOSS]),
                mse=float(logs[names.MSE_PER_PIXEL]),
                val_mse=val_mse,
                seconds=seconds,
                images=self._images,
                terms={name: float(value) for name, value in logs.items() if name not in COLUMNS},
            )
        )
        for callback in self._callbacks:
            callback.on_row(self.rows)
