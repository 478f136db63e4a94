"""The search that an example of Keras Tuner would show: RandomSearch, full epochs, NumPy arrays.

    python -m benchmarks.plain_keras_tuner DATA.npz FOLDER EPOCHS TRIALS SEED

Writes `timeline.csv` into the folder, as of `plain_model.Timeline`.
"""

import sys
import time
from pathlib import Path

BEGAN = time.time()

import keras_tuner  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.plain_model import Timeline, model  # noqa: E402


def build(hp: keras_tuner.HyperParameters):
    """A candidate."""
    return model(
        hp.Choice("filters_1", [8, 16, 32, 64]),
        hp.Choice("filters_2", [8, 16, 32]),
        hp.Choice("dense", [0, 80, 128]),
        hp.Int("latent", 16, 64, step=16),
        hp.Choice("activation", ["relu", "elu"]),
        hp.Float("learning_rate", 1e-4, 3e-2, sampling="log"),
    )


def main(data: str, folder: str, epochs: int, trials: int, seed: int) -> None:
    """Searches, and leaves the timeline."""
    arrays = np.load(data)
    train, validation = arrays["train"], arrays["validation"]
    tuner = keras_tuner.RandomSearch(
        build,
        objective="val_loss",
        max_trials=trials,
        seed=seed,
        directory=folder,
        project_name="plain",
    )
    tuner.search(
        train,
        train,
        epochs=epochs,
        batch_size=100,
        validation_data=(validation, validation),
        callbacks=[Timeline(str(Path(folder) / "timeline.csv"), BEGAN)],
        verbose=0,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
