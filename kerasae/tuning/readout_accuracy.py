"""Accuracy of a readout of a candidate's frozen code, on the validation images."""

import tempfile
from pathlib import Path

import numpy as np

from kerasae import names
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder
from kerasae.readouts import features
from kerasae.readouts.heads import ridge


def validation_accuracy(autoencoder: Autoencoder, data: Data) -> float:
    """Share of the labelled validation images that a ridge readout classifies correctly.

    The readout is fitted on the codes of the labelled training images. Ridge,
    since it has a closed form: two candidates differ by their codes and by
    nothing else.
    """
    data = data.labelled()
    model = features.layer_model(autoencoder, names.CODE)
    with tempfile.TemporaryDirectory() as folder:

        def codes(name: str, split: Split) -> np.ndarray:
            path = Path(folder) / f"{name}.npy"
            features.extract(features.encoder_from(model), split, path, f"code, {name}")
            return np.load(path)

        train, validation = codes("train", data.train), codes("validation", data.validation)
    num_classes = len(data.train.class_names)
    readout = ridge.fit(ridge.Config(), train, data.train.labels, num_classes, seed=0)
    return float(np.mean(readout.predict(validation) == data.validation.labels))
