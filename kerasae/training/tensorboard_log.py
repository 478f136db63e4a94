"""A training for TensorBoard, as it goes on and after: `tensorboard --logdir=RUN/tensorboard`."""

import shutil
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from kerasae import afterwards, names
from kerasae.training.callbacks import TrainingCallback
from kerasae.training.history import Row

# Folders of what is written, each one of TensorBoard's runs.
HISTORY, EPOCHS = "history", "epochs"
LEARNING_RATE = "learning_rate"
RECONSTRUCTIONS = "reconstructions"
SCALARS = (names.LOSS, names.MSE_PER_PIXEL, names.VAL_MSE_PER_PIXEL, "images_per_second")


class TensorBoardLog(TrainingCallback):
    """Writes every epoch's numbers, the learning rate, and a few images with what comes back.

    | in the folder | is |
    |---|---|
    | `history` | the rows of the history; written anew when a run goes on, so that none is twice |
    | `epochs` | learning rate and reconstructions; what is written after a run went on is added |

    A log that can't be written is reported as an error and ends no training.

    Args:
        folder: Of the log; made where it isn't there.
        images: float32 `(n, height, width, channels)` in [0, 1], n at least 1, to look at after
            each epoch; none of them should be a test image.
    """

    def __init__(self, folder: Path, images: np.ndarray):
        super().__init__()
        self._folder, self._images = folder, np.asarray(images)
        self._history: tf.summary.SummaryWriter | None = None
        self._epochs: tf.summary.SummaryWriter | None = None

    def on_row(self, rows):
        with afterwards.attempt(f"The log for TensorBoard in {self._folder}"):
            if self._history is None:
                self._open(rows[:-1])
            self._write_row(rows[-1])
            self._look(rows[-1].epoch)

    def close(self):
        for writer in (self._history, self._epochs):
            if writer is not None:
                with afterwards.attempt(f"The log for TensorBoard in {self._folder}"):
                    writer.close()

    def _open(self, rows: list[Row]) -> None:
        """Begins the log with the epochs before."""
        shutil.rmtree(self._folder / HISTORY, ignore_errors=True)
        self._epochs = tf.summary.create_file_writer(str(self._folder / EPOCHS))
        self._history = tf.summary.create_file_writer(str(self._folder / HISTORY))
        for row in rows:
            self._write_row(row)

    def _write_row(self, row: Row) -> None:
        """The numbers of an epoch."""
        with self._history.as_default(step=row.epoch):
            for name in SCALARS:
                if (value := getattr(row, name)) is not None:
                    tf.summary.scalar(name, value)
        self._history.flush()

    def _look(self, epoch: int) -> None:
        """The learning rate now, and images above their reconstructions."""
        rate = keras.ops.convert_to_numpy(self.autoencoder.model.optimizer.learning_rate)
        decoded = self.autoencoder.model(self._images, training=False).numpy()
        pairs = np.concatenate([self._images, decoded.clip(0, 1)], axis=1)  # (n, 2 h, w, c)
        with self._epochs.as_default(step=epoch):
            tf.summary.scalar(LEARNING_RATE, rate)
            tf.summary.image(RECONSTRUCTIONS, np.concatenate(pairs, axis=1)[None])
        self._epochs.flush()
