"""A candidate is judged by its labelled images."""

import numpy as np
import pytest

from kerasae.data.pipeline import Data
from kerasae.data.split import MemorySplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.tuning.readout_accuracy import validation_accuracy


@pytest.fixture(scope="module")
def autoencoder():
    config = pooled.Config(filters=(2,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
    return build_autoencoder("pooled", config, (8, 8, 1))


def make_data(train_labels, validation_labels):
    """Images that show their class, 0 or 1, by their brightness; others are noise."""

    def split(labels):
        labels = np.array(labels)
        noise = np.random.default_rng(0).integers(0, 256, (len(labels), 8, 8, 1))
        plain = np.where(labels == 1, 250, 5)[:, None, None, None]
        images = np.where((labels < 0)[:, None, None, None], noise, plain)
        return MemorySplit(images.astype(np.uint8), labels, ("dark", "light"))

    train, validation = split(train_labels), split(validation_labels)
    return Data(None, ("dark", "light"), (8, 8, 1), train, validation, None)


def test_images_without_a_label_count_neither_way(autoencoder):
    whole = make_data([0, 1] * 10, [0, 1, 1])
    with_others = make_data([0, 1] * 10 + [-1] * 30, [0, -1, 1, -1, -1, 1])
    assert validation_accuracy(autoencoder, whole) == 1
    assert validation_accuracy(autoencoder, with_others) == 1
