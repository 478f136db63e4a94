"""What happens around the training steps: record, guard, progress."""

import math
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable

import keras
from tqdm import tqdm

from kerasae.cli_flags import duration
from kerasae.config import RunError
from kerasae.files import atomic_path
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.training.steps import Calls


class Recorder(keras.callbacks.Callback):
    """Writes each epoch's row and checkpoint as the epoch ends.

    The row comes first and the checkpoint second: a kill between the two
    leaves one row too many, which resuming drops, and never one too few.
    """

    def __init__(
        self,
        run: RunDir,
        rows: list[history.Row],
        images: int,
        validate: Callable[[], float] | None,
        is_over: Callable[[list[history.Row]], bool],
    ):
        super().__init__()
        self.run, self.rows, self.images = run, rows, images
        self.validate, self.is_over = validate, is_over
        self._started = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self._started
        self.rows.append(
            history.row(
                epoch + 1,
                mse=float(logs["loss"]),
                val_mse=self.validate() if self.validate else None,
                seconds=seconds,
                images=self.images,
            )
        )
        history.write(self.run, self.rows)
        self._save()
        if self.is_over(self.rows):
            self.model.stop_training = True

    def _save(self):
        """The best model goes first, so that the checkpoint never outruns it."""
        with atomic_path(self.run.model) as new:
            self.model.save(new)
            if history.best_epoch(self.rows) == self.rows[-1][history.EPOCH]:
                with atomic_path(self.run.best_model) as best:
                    shutil.copyfile(new, best)


class DivergenceError(RunError):
    """The loss is no longer a number."""


class DivergenceGuard(keras.callbacks.Callback):
    """Stops a run whose loss is no longer a number, naming the place."""

    def __init__(self, calls: Calls):
        super().__init__()
        self._calls, self._epoch = calls, 0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        if not math.isfinite(logs["loss"]):
            loss, step = float(logs["loss"]), self._calls.steps_done(batch)
            raise DivergenceError(
                f"The loss became {loss} in epoch {self._epoch} by step {step}. "
                "The epochs before are kept. A lower --learning_rate is the usual cure."
            )


class InterruptGuard(keras.callbacks.Callback):
    """Turns Ctrl-C into a stop after the current call; a second Ctrl-C stops at once.

    Signals reach the main thread only; elsewhere this does nothing.
    """

    def __init__(self, say: str):
        super().__init__()
        self._say = say
        self._asked = False
        self._previous = None

    def __enter__(self):
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_):
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _note(self, *_):
        if self._asked:
            raise KeyboardInterrupt(self._say)
        self._asked = True

    def stop_if_asked(self):
        """Ends training if Ctrl-C was pressed since it began."""
        if self._asked:
            raise KeyboardInterrupt(self._say)

    def on_train_batch_end(self, batch, logs=None):
        self.stop_if_asked()

    # Ctrl-C while a checkpoint is written counts too.
    on_epoch_end = on_train_batch_end


class Progress(keras.callbacks.Callback):
    """A bar for the running epoch on a terminal, and a line for each finished one, on stderr.

    Where it is quiet there are no lines.
    """

    def __init__(self, epochs: int, calls: Calls, rows: list[history.Row], quiet: bool = False):
        super().__init__()
        self._epochs, self.calls, self._rows, self._quiet = epochs, calls, rows, quiet
        self._bar = None
        self._began, self._first_epoch = 0.0, 0

    def on_train_begin(self, logs=None):
        self._began, self._first_epoch = time.perf_counter(), len(self._rows)

    def on_epoch_begin(self, epoch, logs=None):
        self._bar = tqdm(
            total=self.calls.steps,
            desc=f"epoch {epoch + 1}/{self._epochs}",
            unit="step",
            file=sys.stderr,
            disable=None,
            leave=False,
        )

    def on_train_batch_end(self, batch, logs=None):
        self._bar.update(self.calls.steps_done(batch) - self._bar.n)
        self._bar.set_postfix_str(f"{history.MSE} {logs['loss']:.5f}", refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        self._bar.close()
        if not self._quiet:
            self._tell(self._rows[-1])

    def _tell(self, row: history.Row):
        """The line of a finished epoch."""
        line = f"epoch {row[history.EPOCH]}/{self._epochs}  {history.MSE} {row[history.MSE]:.6f}"
        if row[history.VAL_MSE] is not None:
            line += f"  {history.VAL_MSE} {row[history.VAL_MSE]:.6f}"
        line += f"  {row[history.IMAGES_PER_SECOND]:,.0f} images/s"
        left = self._epochs - row[history.EPOCH]
        if left:
            spent = time.perf_counter() - self._began
            per_epoch = spent / (len(self._rows) - self._first_epoch)
            line += f"  about {duration(per_epoch * left)} left"
        tqdm.write(line, file=sys.stderr)

    def close(self):
        """Takes the bar off the terminal, also after an error."""
        if self._bar is not None:
            self._bar.close()
