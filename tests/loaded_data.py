"""Data as a job loads it, wherever its decoded images lie, and all of its images."""

import numpy as np
import pytest

from kerasae.data import pipeline
from kerasae.data.config import DataConfig

# Where decoded images lie.
MEMORY, FILE = {}, {"memory_budget_mb": 0, "disk_budget_mb": 8192}
STREAM = {**FILE, "disk_budget_mb": 0}
everywhere = pytest.mark.parametrize(
    "budgets", [MEMORY, FILE, STREAM], ids=["memory", "file", "stream"]
)


def load(seed=0, **settings):
    """The data of a `DataConfig`'s settings."""
    config = DataConfig(**settings)
    return pipeline.load(pipeline.open_source(config), config, seed)


def pixels_of(split, batch_size=7):
    """Every image in order, as the model sees it."""
    return np.concatenate([batch.numpy() for batch in split.batches(batch_size)])


def as_set(images):
    """Images without their order, to compare."""
    return {image.tobytes() for image in images}
