"""The search that an example of Keras Tuner would show: RandomSearch, full epochs, NumPy arrays.

    python -m benchmarks.plain_keras_tuner DATA.npz FOLDER EPOCHS TRIALS SEED

Writes `timeline.csv` into the folder: a row an epoch, with the validation
error and the seconds since the process began.
"""

import csv
import sys
import time
from pathlib import Path

BEGAN = time.time()

import keras  # noqa: E402
import keras_tuner  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402


def build(hp: keras_tuner.HyperParameters) -> keras.Model:
    """A pooled autoencoder, as one would write it down."""
    first = hp.Choice("filters_1", [8, 16, 32, 64])
    second = hp.Choice("filters_2", [8, 16, 32])
    dense = hp.Choice("dense", [0, 80, 128])
    latent = hp.Int("latent", 16, 64, step=16)
    activation = hp.Choice("activation", ["relu", "elu"])
    rate = hp.Float("learning_rate", 1e-4, 3e-2, sampling="log")

    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(first, 3, padding="same", activation=activation)(image)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(second, 3, padding="same", activation=activation)(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    if dense:
        x = layers.Dense(dense)(x)
    x = layers.Dense(latent)(x)
    if dense:
        x = layers.Dense(dense)(x)
    x = layers.Dense(7 * 7 * second)(x)
    x = layers.Reshape((7, 7, second))(x)
    x = layers.Conv2DTranspose(first, 2, strides=2, activation=activation)(x)
    x = layers.Conv2DTranspose(1, 2, strides=2, activation="sigmoid")(x)
    model = keras.Model(image, x)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    return model


class Timeline(keras.callbacks.Callback):
    """A row an epoch; one path only, since Keras Tuner copies callbacks for each trial."""

    def __init__(self, path: str):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        with Path(self.path).open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([time.time() - BEGAN, logs["val_loss"]])


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
        callbacks=[Timeline(str(Path(folder) / "timeline.csv"))],
        verbose=0,
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
