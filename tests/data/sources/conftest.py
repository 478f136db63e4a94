"""Small TFDS datasets, opened."""

import pytest
from opened_tfds import open_source


@pytest.fixture
def opened(fake_datasets):
    return lambda name: open_source(name, str(fake_datasets), download=False)
