"""Guards of a training: against what is no number, and for Ctrl-C."""

import math
import signal
import threading
from collections.abc import Iterable

import keras
import tensorflow as tf

from kerasae.config import RunError
from kerasae.models.autoencoder import mean_mse_per_pixel
from kerasae.names import CODE, LOSS, MSE_PER_PIXEL
from kerasae.training.callbacks import TrainingCallback


class DivergenceError(RunError):
    """A loss, an error or a weight is no longer a number."""


class DivergenceGuard(TrainingCallback):
    """Ends a training in which something is no longer a number, naming the place.

    Losses and errors come from before each step, so that they say nothing of
    the last one: after an epoch the weights are looked at, and what the model
    makes of a few images with them.

    Args:
        images: float32 `(batch, height, width, channels)` in [0, 1].
    """

    def __init__(self, images: tf.Tensor):
        super().__init__()
        self._images = images
        self._epoch = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        for name in (LOSS, MSE_PER_PIXEL):
            where = f"in epoch {self._epoch} by step {self.plan.steps_done(batch)}"
            require_finite(name, logs[name], where)

    def on_epoch_end(self, epoch, logs=None):
        """Comes before anything that keeps the epoch."""
        autoencoder, after = self.autoencoder, f"after epoch {epoch + 1}"
        weights = {weight.path: weight.value for weight in autoencoder.model.weights}
        if not _all_finite(weights.values()):
            path = next(path for path, value in weights.items() if not _all_finite([value]))
            require_finite(f"weight {path}", math.nan, after)
        code = autoencoder.encoder(self._images, training=False)
        if not _all_finite([code]):
            require_finite(CODE, float(tf.reduce_sum(tf.abs(code))), after)
        error = mean_mse_per_pixel(self._images, autoencoder.decoder(code, training=False))
        require_finite(MSE_PER_PIXEL, float(error), after)


def require_finite(name: str, value: float, where: str) -> None:
    """Raises DivergenceError unless a number is one.

    Args:
        name: Of the number.
        value: The number.
        where: Epoch, and step where it is known.
    """
    if not math.isfinite(value):
        raise DivergenceError(
            f"The {name} became {float(value)} {where}. "
            "The epochs before are kept. A lower --learning_rate is the usual cure."
        )


def _all_finite(values: Iterable[tf.Tensor]) -> bool:
    """Whether no number in any of the arrays is NaN or infinite; one transfer from the device."""
    floats = [value for value in values if value.dtype.is_floating]
    return bool(tf.reduce_all([tf.reduce_all(tf.math.is_finite(value)) for value in floats]))


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
