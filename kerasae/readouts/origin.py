"""What a result was made of: two results are of the same thing where their origins are equal."""

import dataclasses
from typing import Any

from kerasae import names, records

# Parts of a path, and with it what a head was fitted on beside the code.
LAYERS, BASELINES = "layers", "baselines"
_DIGITS = 8


@dataclasses.dataclass(frozen=True)
class Images:
    """Which of a dataset's images a result was learnt from and tested on.

    Attributes:
        dataset: Its name, with the version where there is one.
        content: Digest of what it holds, see `DatasetSpec.content`.
        classes: Names of the classes that were kept; None without labels.
        max_examples: Training images at most; None where all were taken.
        image_size: `(height, width)` that they were brought to.
    """

    dataset: str
    content: str
    classes: tuple[str, ...] | None
    max_examples: int | None
    image_size: tuple[int, int]

    def is_same(self, other: "Images") -> bool:
        """Returns whether both are the same images, whatever their dataset is called."""
        return dataclasses.replace(self, dataset=other.dataset) == other


@dataclasses.dataclass(frozen=True)
class Origin:
    """Everything that decides a result of a run's encoder.

    Attributes:
        images: What it was learnt from and tested on.
        features: Input of the head: `code`, `layers/<layer>` or `baselines/<baseline>`.
        readout: Name of the head, or of the curve.
        settings: Its options.
        seed: Of initial weights, held-out codes and labels.
    """

    images: Images
    features: str
    readout: str
    settings: dict[str, Any]
    seed: int

    @property
    def key(self) -> str:
        """Eight hexadecimal digits, others for any other origin."""
        return records.digest(records.to_json(self))[:_DIGITS]


def layer_features(layer: str) -> str:
    """`Origin.features` of an encoder layer."""
    return layer if layer == names.CODE else f"{LAYERS}/{layer}"


def baseline_features(baseline: str) -> str:
    """`Origin.features` of a baseline."""
    return f"{BASELINES}/{baseline}"
