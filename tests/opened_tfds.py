"""Datasets of TFDS, opened by name as a command line does."""

from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds


def open_source(name, data_dir, download, **settings):
    """The source of a name, with further settings of a `DataConfig`."""
    config = DataConfig(name, data_dir=data_dir, download=download, **settings)
    return tfds.open_source(DatasetName.parse(name), config)
