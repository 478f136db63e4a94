"""What a measure is given and what it gives back.

A measure is a file in `kerasae/evaluation/measures/` that defines

| name | what |
|---|---|
| `UNITS` | the unit of every number of its summary, by name; `*` stands for anything |
| `NEEDS_LABELS` | whether it makes no sense on a dataset without labels |
| `NEEDS_CLASSIFIERS` | whether it looks at `Subject.classifiers` |
| `NEEDS_OTHER` | whether it looks at `Subject.other`, where there is one |
| `SLOW` | whether it is measured only where it is asked for by name |
| `compute(subject)` | from a `Subject` to a `Measured` |
"""

import dataclasses
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import keras
import numpy as np

from kerasae.data.split import Split
from kerasae.models.autoencoder import Autoencoder


@dataclasses.dataclass(frozen=True)
class Subject:
    """A trained autoencoder with all that was fitted on it.

    Attributes:
        autoencoder: The model.
        pca: Principal components of the training images, as many as the code
            has numbers, as an autoencoder: what the model has to beat.
        train, test: Images of its own dataset.
        classifiers: Image classifiers by name: every head behind the frozen
            encoder, and baselines such as `pixels linear`. Each maps float32
            `(batch, height, width, channels)` to scores `(batch, classes)`;
            empty where no measure needs them.
        other: Test images of another dataset, of the same shape; None where
            there is none.
        seed: Of everything random.
    """

    autoencoder: Autoencoder
    pca: Autoencoder
    train: Split
    test: Split
    classifiers: Mapping[str, keras.Model]
    other: Split | None
    seed: int

    @property
    def chance(self) -> float:
        """Accuracy of guessing among the classes of the test images."""
        return 1 / len(np.unique(self.test.labels))


@dataclasses.dataclass(frozen=True)
class Measured:
    """What a measure found.

    Attributes:
        summary: One number a name, for tables over runs; NaN where there is
            no such number.
        settings: What the numbers depend on beside the subject, to be printed
            on figures; ready for JSON.
        tables: Rows by table name, for `<measure>-<table>.csv`; all rows of a
            table have the same keys.
        arrays: For figures, for `<measure>.npz`; no objects.
    """

    summary: dict[str, float]
    settings: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    arrays: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)


def unit_of(name: str, units: Mapping[str, str]) -> str:
    """The unit of one number of a summary.

    Raises:
        KeyError: where the measure gives none.
    """
    for pattern, unit in units.items():
        if fnmatchcase(name, pattern):
            return unit
    raise KeyError(f"no unit for {name}")


def identifier(name: str) -> str:
    """A classifier's or layer's name as a part of a summary's name: without spaces."""
    return name.replace(" ", "_")
