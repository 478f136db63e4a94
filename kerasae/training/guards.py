"""Guards of a training: against what is no number, and for Ctrl-C."""

import math
import signal
import threading

import keras
import tensorflow as tf

from kerasae.config import RunError
from kerasae.models.autoencoder import mean_mse_per_pixel
from kerasae.names import CODE, LOSS, MSE_PER_PIXEL
from kerasae.training.callbacks import TrainingCallback

# Of the product of all norms; what a model gives must stay below the root of 3e38 to be squared.
LARGE = 1e12


class DivergenceError(RunError):
    """A loss, an error or a weight is no longer a number."""


class DivergenceGuard(TrainingCallback):
    """Ends a training in which something is no longer a number, naming the place.

    Losses and errors come from before each step, so that they say nothing of
    the last one. So the weights are looked at after an epoch; where they are
    so large that the model could give infinity, also what it makes of a few
    images.

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
        where = f"in epoch {self._epoch} by step {self.plan.steps_done(batch)}"
        # The loss comes last: where one of its terms is no number, that is what to name.
        for name in sorted(logs, key=lambda name: name == LOSS):
            require_finite(name, logs[name], where)

    def check_epoch(self, epoch: int) -> None:
        """Called after the last step of an epoch, before anything keeps it; outside of its time.

        Args:
            epoch: Counted from 1.
        """
        after, weights = f"after epoch {epoch}", self.autoencoder.model.weights
        norms = _norms(weights)
        for weight, norm in zip(weights, norms, strict=True):
            require_finite(f"norm of {weight.path}", norm, after)
        # No layer makes a vector longer by more than its norm.
        if math.prod(max(norm, 1.0) for norm in norms) > LARGE:
            self._look_at_images(after)

    def _look_at_images(self, after: str) -> None:
        """Some 50 ms, as long as a short epoch of a small model, so it isn't done each time."""
        code = self.autoencoder.encoder(self._images, training=False)
        require_finite(CODE, float(tf.reduce_sum(tf.abs(code))), after)
        error = mean_mse_per_pixel(self._images, self.autoencoder.decoder(code, training=False))
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


def _norms(weights: list[keras.Variable]) -> list[float]:
    """Euclidean norm of each; an operation each and one transfer from the device."""
    halves = [tf.nn.l2_loss(tf.cast(weight.value, tf.float32)) for weight in weights]
    return [math.sqrt(2 * half) for half in tf.stack(halves).numpy().tolist()]


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
