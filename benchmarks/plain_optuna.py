"""The search that Optuna's documentation would show: TPE, its Hyperband pruner, NumPy arrays.

    python -m benchmarks.plain_optuna DATA.npz FOLDER EPOCHS TRIALS SEED

Writes `timeline.csv` into the folder, as of `plain_model.Timeline`.
"""

import sys
import time
from pathlib import Path

BEGAN = time.time()

import keras  # noqa: E402
import numpy as np  # noqa: E402
import optuna  # noqa: E402

from benchmarks.plain_model import Timeline, model  # noqa: E402


class Pruning(keras.callbacks.Callback):
    """Reports each epoch's validation error, and ends a trial that the pruner gives up."""

    def __init__(self, trial: optuna.Trial):
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch, logs=None):
        self.trial.report(logs["val_loss"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


def build(trial: optuna.Trial) -> keras.Model:
    """A candidate."""
    return model(
        trial.suggest_categorical("filters_1", [8, 16, 32, 64]),
        trial.suggest_categorical("filters_2", [8, 16, 32]),
        trial.suggest_categorical("dense", [0, 80, 128]),
        trial.suggest_int("latent", 16, 64, step=16),
        trial.suggest_categorical("activation", ["relu", "elu"]),
        trial.suggest_float("learning_rate", 1e-4, 3e-2, log=True),
    )


def main(data: str, folder: str, epochs: int, trials: int, seed: int) -> None:
    """Searches, and leaves the timeline."""
    arrays = np.load(data)
    train, validation = arrays["train"], arrays["validation"]

    def objective(trial: optuna.Trial) -> float:
        keras.backend.clear_session()
        history = build(trial).fit(
            train,
            train,
            epochs=epochs,
            batch_size=100,
            validation_data=(validation, validation),
            callbacks=[Timeline(str(Path(folder) / "timeline.csv"), BEGAN), Pruning(trial)],
            verbose=0,
        )
        return history.history["val_loss"][-1]

    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs),
    )
    study.optimize(objective, n_trials=trials)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
