"""Datasets that tests of a source open."""

import pytest
from opened_tfds import open_source


@pytest.fixture
def opened(fake_datasets):
    """Opens one of `fake_datasets` as a dataset of TFDS, by its name."""
    return lambda name: open_source(name, str(fake_datasets), download=False)
