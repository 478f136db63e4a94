"""Images as a job loads them."""

import numpy as np

from kerasae.data import pipeline
from kerasae.data.config import DataConfig


def load(seed=0, **settings):
    config = DataConfig(**settings)
    return pipeline.load(pipeline.open_source(config), config, seed)


def pixels_of(split, batch_size=7):
    """Every image in order, as the model sees it."""
    return np.concatenate([batch.numpy() for batch in split.batches(batch_size)])


def as_set(images):
    return {image.tobytes() for image in images}
