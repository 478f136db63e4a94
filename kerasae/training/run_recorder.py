"""A run directory's part in training: each epoch's row and checkpoint, and going on from them."""

import shutil

import keras

from kerasae.config import RunError
from kerasae.files import atomic_path
from kerasae.models.autoencoder import Autoencoder, load_autoencoder
from kerasae.names import EPOCH
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.training.callbacks import TrainingCallback


class RunRecorder(TrainingCallback):
    """Writes the history and the checkpoints of a run, and restores the run from them.

    The row comes first and the checkpoint second: a kill between the two
    leaves one row too many, which restoring drops, and never one too few.

    Args:
        run: A directory that no other process writes.
    """

    def __init__(self, run: RunDir):
        super().__init__()
        self.run = run

    def restore(self, autoencoder, steps_per_epoch):
        """As in `TrainingCallback`.

        Raises:
            RunError: for a damaged file, a checkpoint of other layers, or files
                of two runs.
        """
        run = self.run
        if not run.model.exists():
            return None
        restored = self._load_checkpoint(autoencoder)
        # On several devices each has the number.
        iterations = keras.ops.convert_to_numpy(restored.model.optimizer.iterations)
        epochs = int(iterations) // steps_per_epoch
        rows = history.read(run, epochs)
        if len(rows) != epochs:
            raise RunError(
                f"{run.history} has {len(rows)} epochs and {run.model} has {epochs}: "
                "files of two runs are mixed."
            )
        return restored, rows

    def _load_checkpoint(self, fresh: Autoencoder) -> Autoencoder:
        """The checkpoint, once it is known to be this run's."""
        saved = load_autoencoder(self.run.model)
        shapes = [[tuple(w.shape) for w in one.model.weights] for one in (saved, fresh)]
        if shapes[0] != shapes[1] or saved.model.optimizer is None:
            raise RunError(f"{self.run.model} is not a checkpoint of this run: its layers differ.")
        return saved

    def on_row(self, rows):
        history.write(self.run, rows)
        self._save(is_best=history.best_epoch(rows) == rows[-1][EPOCH])

    def _save(self, is_best: bool) -> None:
        """The best model goes first, so that the checkpoint never outruns it."""
        with atomic_path(self.run.model) as new:
            self.autoencoder.model.save(new)
            if is_best:
                with atomic_path(self.run.best_model) as best:
                    shutil.copyfile(new, best)
