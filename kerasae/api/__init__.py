"""kerasae from Python, in the words of its command lines.

Every verb is a function whose arguments have the names of its flags, and where a flag names a
dataset, images will do: arrays of uint8, or of floating-point numbers in [0, 1]. Importing
this imports no TensorFlow; the first call that needs it does.

Example:

>>> import numpy as np
>>> from kerasae import api
>>> images = api.dataset(np.zeros((20, 8, 8), "uint8"), np.arange(20) % 2, name="dark")
>>> images.spec.sizes
{'train': 18, 'test': 2}
"""

from kerasae.api.export import Export, open_export
from kerasae.api.figures import Figure, Figures
from kerasae.api.functions import (
    compare,
    encode,
    evaluate,
    export,
    readout,
    report,
    reproduce,
    search,
    train,
    transfer,
)
from kerasae.api.images import dataset
from kerasae.api.run import Run, open_run
from kerasae.config import ConfigError, RunError

__all__ = [
    "ConfigError",
    "Export",
    "Figure",
    "Figures",
    "Run",
    "RunError",
    "compare",
    "dataset",
    "encode",
    "evaluate",
    "export",
    "open_export",
    "open_run",
    "readout",
    "report",
    "reproduce",
    "search",
    "train",
    "transfer",
]
