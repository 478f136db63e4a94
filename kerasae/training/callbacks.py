"""Keras callbacks that `fit` asks more than Keras would."""

from collections.abc import Callable

import keras

from kerasae.models.autoencoder import Autoencoder
from kerasae.training.execution import ExecutionPlan
from kerasae.training.history import Row


class TrainingCallback(keras.callbacks.Callback):
    """A callback that can restore a training, sees its rows and can end it.

    Attributes:
        autoencoder: What is trained; set before the first epoch.
        plan: How an epoch is cut into calls, which are Keras's steps; likewise.
    """

    autoencoder: Autoencoder
    plan: ExecutionPlan

    def restore(
        self, autoencoder: Autoencoder, steps_per_epoch: int
    ) -> tuple[Autoencoder, list[Row]] | None:
        """An earlier start of this training, from where it goes on; None where there was none.

        Args:
            autoencoder: Freshly built.
            steps_per_epoch: Training steps of an epoch.

        Returns:
            The autoencoder to go on with, compiled with its optimizer, and a
            row for each of its epochs.
        """
        return None

    def on_row(self, rows: list[Row]) -> None:
        """Called after each epoch, with the rows of all epochs so far."""

    def should_stop(self, rows: list[Row]) -> bool:
        """Whether training ends here; asked after each epoch, also after the last restored one.

        Args:
            rows: One or more, of all epochs so far.
        """
        return False

    def close(self) -> None:
        """Called when training has ended, after an error too."""


class StopWhen(TrainingCallback):
    """Ends training after the first epoch for whose rows the condition holds."""

    def __init__(self, condition: Callable[[list[Row]], bool]):
        super().__init__()
        self._condition = condition

    def should_stop(self, rows):
        return self._condition(rows)
