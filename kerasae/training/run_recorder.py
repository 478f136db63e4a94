"""A run directory's part in training: each epoch's row and checkpoint, and going on from them."""

import logging
import os
import shutil
from collections.abc import Sequence

import keras

from kerasae import archives
from kerasae.config import RunError
from kerasae.files import atomic_path
from kerasae.models.autoencoder import Autoencoder, load_autoencoder
from kerasae.run_dir import RunDir
from kerasae.training import checkpoint, history
from kerasae.training.callbacks import TrainingCallback
from kerasae.training.checkpoint import Progress
from kerasae.training.history import Row

logger = logging.getLogger(__name__)


class RunRecorder(TrainingCallback):
    """Writes the history and the checkpoints of a run, and restores the run from them.

    The row comes first and the checkpoint second: a kill between the two
    leaves one row too many, which restoring drops, and never one too few.

    Args:
        run: A directory that no other process writes.
        owner: Fingerprint of everything that decides what is trained; a
            checkpoint of another one isn't gone on with. Empty where the
            directory holds nothing of any other training.
    """

    def __init__(self, run: RunDir, owner: str = ""):
        super().__init__()
        self.run, self._owner = run, owner

    def restore(self, autoencoder, steps_per_epoch):
        """As in `TrainingCallback`.

        Raises:
            RunError: for a damaged file, a checkpoint of other layers, or files
                of two runs.
        """
        run = self.run
        if not os.path.lexists(run.model):
            self._require_no_epoch()
            return None
        rows = self._rows_of_checkpoint()
        self._require_history(rows)
        self._require_best(rows)
        restored = self._load_checkpoint(autoencoder)
        # On several devices each has the number.
        iterations = int(keras.ops.convert_to_numpy(restored.model.optimizer.iterations))
        if iterations != len(rows) * steps_per_epoch:
            raise RunError(
                f"{run.model} is not a checkpoint of this run: {iterations} steps are not "
                f"{len(rows)} epochs of {steps_per_epoch}."
            )
        return restored, rows

    def _require_no_epoch(self) -> None:
        """Without a checkpoint a start may begin anew, unless more than a first row got lost."""
        rows = history.read(self.run)
        if len(rows) > 1:
            raise RunError(
                f"{self.run.model} is missing, and {self.run.history} has {len(rows)} epochs."
            )

    def _rows_of_checkpoint(self) -> list[Row]:
        """Rows up to the checkpoint, once it is known to be this run's."""
        progress = checkpoint.read_progress(self.run.model)
        if progress.owner != self._owner:
            raise RunError(
                f"{self.run.model} is not a checkpoint of this run: it was trained with other "
                "settings or images."
            )
        return list(progress.rows)

    def _load_checkpoint(self, fresh: Autoencoder) -> Autoencoder:
        """The checkpoint, once it is known to have this run's layers."""
        saved = load_autoencoder(self.run.model)
        shapes = [[tuple(w.shape) for w in one.model.weights] for one in (saved, fresh)]
        if shapes[0] != shapes[1] or saved.model.optimizer is None:
            raise RunError(f"{self.run.model} is not a checkpoint of this run: its layers differ.")
        return saved

    def _require_history(self, rows: list[Row]) -> None:
        """Refuses a table that has other rows than the checkpoint; a lost one is written anew."""
        path = self.run.history
        if not os.path.lexists(path):
            logger.warning("%s is missing and written anew from %s.", path, self.run.model)
            history.write(self.run, rows)
        found = history.read(self.run)
        if not _is_next(found, rows) and found != rows:
            raise RunError(
                f"{path} was changed since kerasae wrote it: its epochs are not those of "
                f"{self.run.model}. Without it --resume writes it anew."
            )
        if found != rows:
            history.write(self.run, rows)

    def _require_best(self, rows: list[Row]) -> None:
        """Refuses to go on without the best model so far; a lost one is copied where it can be."""
        path, best = self.run.best_model, history.best_epoch(rows)
        if not os.path.lexists(path) and best == len(rows):
            logger.warning("%s is missing and copied from %s.", path, self.run.model)
            with atomic_path(path) as new:
                shutil.copyfile(self.run.model, new)
        archives.require_sound(path)
        found = checkpoint.read_progress(path)
        # Killed before the checkpoint took its place, a run has the next epoch's already.
        is_best = list(found.rows) == rows[:best] or _is_next(found.rows, rows)
        if found.owner != self._owner or not is_best:
            raise RunError(f"{path} is not of epoch {best}, the best one so far.")

    def on_row(self, rows):
        history.write(self.run, rows)
        with atomic_path(self.run.model) as new:
            checkpoint.save(new, self.autoencoder.model, Progress(self._owner, tuple(rows)))
            # The best model goes first, so that the checkpoint never outruns it.
            if history.best_epoch(rows) == rows[-1].epoch:
                with atomic_path(self.run.best_model) as best:
                    shutil.copyfile(new, best)


def _is_next(rows: Sequence[Row], known: Sequence[Row]) -> bool:
    """Whether rows are the known ones and one more."""
    return len(rows) == len(known) + 1 and list(rows[:-1]) == list(known)
