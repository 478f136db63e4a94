"""What a page has to know of a version: the facts of its manifest."""

import dataclasses
from pathlib import Path
from typing import Any

from kerasae import files, records
from kerasae.config import ConfigError, RunError, require
from kerasae.data.config import DataConfig
from kerasae.exporting import manifest
from kerasae.exporting.bundle import MANIFEST

# What can be drawn and shown.
CHANNELS = (1, 3)


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An input or output as a file stores it; with a scale real = scale * (stored - zero_point)."""

    name: str
    dtype: str
    scale: float | None = None
    zero_point: int | None = None


@dataclasses.dataclass(frozen=True)
class TriedFunction:
    """A function with its ends; of a SavedModel's outputs there may be several."""

    path: str
    function: str
    input: Tensor
    output: Tensor | None = None


@dataclasses.dataclass(frozen=True)
class Image:
    """Size of the images."""

    height: int
    width: int
    channels: int


@dataclasses.dataclass(frozen=True)
class Code:
    """Size of the code."""

    size: int


@dataclasses.dataclass(frozen=True)
class Head:
    """A classifier: the classes it knows, and what its scores are, where that was written."""

    name: str
    classes: tuple[str, ...]
    scores: str | None = None


@dataclasses.dataclass(frozen=True)
class Dataset:
    """The dataset that the model was trained on, and the digest of it, where that was written."""

    name: str
    content: str | None = None


@dataclasses.dataclass(frozen=True)
class Data:
    """What the model was trained on."""

    dataset: Dataset


@dataclasses.dataclass(frozen=True)
class Settings:
    """Settings of the run: how its images were made."""

    data: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Card:
    """What is read of a manifest."""

    name: str
    version: int
    settings: Settings
    data: Data
    image: Image
    code: Code
    ranges: dict[str, tuple[float, float]]
    heads: dict[str, Head]
    functions: tuple[TriedFunction, ...]

    def data_config(self, dataset: str | None, data_dir: str | None) -> DataConfig:
        """The flags of its dataset, which is looked for and never downloaded.

        Args:
            dataset: Where it lies now; None for the name on the card.
            data_dir: Folder of TFDS datasets.
        """
        known = {field.name for field in dataclasses.fields(DataConfig)}
        stored = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.settings.data.items()
            if name in known
        }
        here = {
            "dataset": dataset or stored["dataset"],
            "data_dir": data_dir,
            "download": False,
            "image_size": (self.image.height, self.image.width),
        }
        return DataConfig(**stored | here)


def read(folder: Path) -> Card:
    """The facts of a version folder, once its hashes hold.

    Raises:
        ConfigError: for a folder that is none, or images that can't be drawn.
        RunError: where it is damaged.
    """
    content = manifest.read(folder)
    manifest.require_head_names(folder, content)
    changes = manifest.changes(folder, content)
    if changes:
        raise RunError(f"{folder} is not what was published: {'; '.join(changes)}.")
    path = folder / MANIFEST
    card = records.convert(files.read_json(path), Card, path)
    require(
        card.image.channels in CHANNELS,
        f"--saved_model={folder}: images of 1 or 3 channels can be drawn.",
        channels=card.image.channels,
    )
    try:
        card.data_config(None, None)
    except (ConfigError, KeyError, TypeError) as error:
        raise RunError(f"{path} is damaged, or of another version of kerasae: {error}.") from None
    return card
