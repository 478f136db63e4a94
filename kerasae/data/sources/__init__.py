"""One file a kind of dataset.

A source plug-in defines `open_source(name, data_dir, download) -> Source` and
`image_size(name, data_dir)`, which tells `(height, width)`, or None where it
can't, without TensorFlow. A plug-in serves the dataset of its own name; `tfds`
serves all other names.
"""

import importlib
from types import ModuleType

from kerasae import registry

GENERAL = "tfds"


def of(dataset: str) -> ModuleType:
    """The plug-in that serves a dataset."""
    own = dataset in registry.names(__name__) and dataset != GENERAL
    return importlib.import_module(f"{__name__}.{dataset if own else GENERAL}")
