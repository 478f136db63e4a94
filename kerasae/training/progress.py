"""Progress of a training for people: a bar for the running epoch, a line for each finished one."""

import logging
import time

from kerasae.names import MSE_PER_PIXEL, VAL_MSE_PER_PIXEL, title
from kerasae.progress_bar import progress_bar
from kerasae.training.callbacks import TrainingCallback
from kerasae.training.history import Row
from kerasae.wording import duration

logger = logging.getLogger(__name__)


class ProgressBar(TrainingCallback):
    """A bar for the running epoch on a terminal, or in a notebook."""

    def __init__(self):
        super().__init__()
        self._bar = None

    def on_epoch_begin(self, epoch, logs=None):
        name = f"epoch {epoch + 1}/{self.params['epochs']}"
        self._bar = progress_bar(name, total=self.plan.steps_per_epoch, unit="step")

    def on_train_batch_end(self, batch, logs=None):
        self._bar.update(self.plan.steps_done(batch) - self._bar.n)
        self._bar.set_postfix_str(
            f"{title(MSE_PER_PIXEL)} {logs[MSE_PER_PIXEL]:.5f}", refresh=False
        )

    def on_epoch_end(self, epoch, logs=None):
        self._bar.close()

    def close(self):
        if self._bar is not None:
            self._bar.close()


class EpochLog(TrainingCallback):
    """Logs a line for each finished epoch, with the time left."""

    def __init__(self):
        super().__init__()
        self._began, self._first_epoch = None, 0

    def on_epoch_begin(self, epoch, logs=None):
        if self._began is None:
            self._began, self._first_epoch = time.perf_counter(), epoch
            if epoch:
                logger.info("going on after epoch %d of %d", epoch, self.params["epochs"])

    def on_row(self, rows):
        logger.info("%s", self._line(rows[-1]))

    def _line(self, row: Row) -> str:
        epochs, done = self.params["epochs"], row.epoch
        line = f"epoch {done}/{epochs}  {title(MSE_PER_PIXEL)} {row.mse_per_pixel:.6f}"
        if row.val_mse_per_pixel is not None:
            line += f"  {title(VAL_MSE_PER_PIXEL)} {row.val_mse_per_pixel:.6f}"
        line += "".join(f"  {title(name)} {value:.4g}" for name, value in row.terms.items())
        line += f"  {row.images_per_second:,.0f} images/s"
        if done < epochs:
            per_epoch = (time.perf_counter() - self._began) / (done - self._first_epoch)
            line += f"  about {duration(per_epoch * (epochs - done))} left"
        return line
