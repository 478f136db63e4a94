"""The model of the plain searches, as one would write it down, and what they leave behind."""

import csv
import time
from pathlib import Path

import keras
from keras import layers


def model(
    first: int, second: int, dense: int, latent: int, activation: str, rate: float
) -> keras.Model:
    """A compiled pooled autoencoder.

    Args:
        first, second: Maps of the two convolutions.
        dense: Numbers of the dense layer before the code; 0 for none.
        latent: Numbers of the code.
        activation: Of the convolutions.
        rate: Adam's learning rate.
    """
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
    built = keras.Model(image, x)
    built.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    return built


class Timeline(keras.callbacks.Callback):
    """A row an epoch: seconds since the process began, and the validation error.

    Args:
        path: A CSV file; one path only, since Keras Tuner copies callbacks for each trial.
        began: When the process began, of `time.time`.
    """

    def __init__(self, path: str, began: float):
        super().__init__()
        self.path, self.began = path, began

    def on_epoch_end(self, epoch, logs=None):
        with Path(self.path).open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([time.time() - self.began, logs["val_loss"]])
