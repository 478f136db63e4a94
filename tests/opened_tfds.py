"""TFDS datasets, opened as a job opens them."""

from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.sources import tfds


def open_source(name, data_dir, download):
    config = DataConfig(name, data_dir=data_dir, download=download)
    return tfds.open_source(DatasetName.parse(name), config)
