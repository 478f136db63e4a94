"""Trainings of a moment, of 25 images of noise, and what is compared of them."""

import numpy as np
import tensorflow as tf

from kerasae.data.split import MemorySplit
from kerasae.data.streamed_split import StreamedSplit
from kerasae.models.autoencoder import build_autoencoder
from kerasae.models.families import pooled
from kerasae.objectives import reconstruction
from kerasae.run_config import TrainingConfig
from kerasae.training import fit as fitting
from kerasae.training.seeding import seeded

IMAGES = np.random.default_rng(0).integers(0, 256, (25, 8, 8, 1), np.uint8)
RECONSTRUCTION = reconstruction.build(reconstruction.Config())


def build():
    """A small autoencoder of 8x8 images, the same each time."""
    with seeded(0):
        config = pooled.Config(filters=(3,), kernel_sizes=(3,), dense_sizes=(), latent_dim=4)
        return build_autoencoder("pooled", config, (8, 8, 1))


def streamed(images=IMAGES):
    """The images as a split that decodes them in every epoch."""
    records = tf.data.Dataset.from_tensor_slices(images)
    shape = images.shape[1:]
    return StreamedSplit(records, lambda images: images, len(images), shape, None, None, block=7)


def fit(
    autoencoder=None,
    *callbacks,
    train=None,
    validation=None,
    objective=RECONSTRUCTION,
    **settings,
):
    """25 images in batches of 10, so that the last batch is a partial one."""
    return fitting.fit(
        autoencoder or build(),
        train or MemorySplit(IMAGES),
        validation,
        TrainingConfig(**{"batch_size": 10, **settings}),
        objective,
        callbacks,
    )


def losses(fitted):
    """What doesn't depend on the machine's speed."""
    return [(row.epoch, row.loss, row.mse_per_pixel, row.val_mse_per_pixel) for row in fitted.rows]


def assert_same_end(fitted, expected):
    """To the bit: rows and weights."""
    assert losses(fitted) == losses(expected)
    pairs = zip(fitted.autoencoder.model.weights, expected.autoencoder.model.weights, strict=True)
    for ours, theirs in pairs:
        np.testing.assert_array_equal(ours, theirs)


def unit(images):
    return images / np.float32(255)
