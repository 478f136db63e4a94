"""The contract of a measure.

A measure is a file in `kerasae/evaluation/measures/`; nothing else knows it by name. It defines

| name | what |
|---|---|
| `TITLE` | heading of its table on a page |
| `UNITS` | unit of every number of its summary, by name; `*` stands for anything |
| `NEEDS_LABELS` | true where it uses labels: it gets a `Subject` of images that all have one |
| `NEEDS_CLASSIFIERS` | true where it reads `Subject.classifiers` |
| `NEEDS_OTHER` | true where it reads `Subject.other`, which may be None all the same |
| `SLOW` | true where it is taken only when it is named |
| `compute(subject)` | from a `Subject` to a `Measured` |

How its numbers are shown is its own decision too:

- on a page: `Measured.shown`, or a row for each number of the summary. A section of an
  experiment's page may name the measure; one that no section names stands in the last section.
- in the table over runs: `Measured.compared`, or every number of the summary in the run's own row.
- in figures: any file in `kerasae/figures/plots/` whose `NEEDS` name its files.
"""

import dataclasses
from collections.abc import Mapping
from typing import Protocol

import keras

from kerasae.data.split import Split
from kerasae.evaluation.measured import Measured
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
        seed: Seed of everything random.
        other_name: What that dataset is called, with its version.
    """

    autoencoder: Autoencoder
    pca: Autoencoder
    train: Split
    test: Split
    classifiers: Mapping[str, keras.Model]
    other: Split | None
    seed: int
    other_name: str | None = None

    @property
    def chance(self) -> float:
        """Accuracy of guessing among the classes of the test images."""
        return 1 / len(self.test.classes_present)

    def labelled(self) -> "Subject":
        """The same without the images that have no label."""
        return dataclasses.replace(self, train=self.train.labelled(), test=self.test.labelled())


class Measure(Protocol):
    """A measure plug-in, see the table above."""

    TITLE: str
    UNITS: Mapping[str, str]
    NEEDS_LABELS: bool
    NEEDS_CLASSIFIERS: bool
    NEEDS_OTHER: bool
    SLOW: bool

    def compute(self, subject: Subject) -> Measured:
        """Measures the subject, the same numbers each time; leaves its weights as they are."""
