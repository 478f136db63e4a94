"""Facts about a dataset before its images are read, and the protocol of its source."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName

if TYPE_CHECKING:
    import numpy as np

# The label of an image without one, as TFDS has it.
UNLABELLED = -1
# More different whole numbers than this are a quantity, and no classes.
MAX_CLASSES = 1_000


@dataclasses.dataclass(frozen=True)
class DatasetSpec:
    """Facts about a dataset.

    Attributes:
        name: The dataset's name, with the version where there is one; `DatasetName`
            reads it again.
        image_shape: `(height, width, channels)`; height and width are None
            where the images differ in size.
        classes: Names of the classes, in the order of their numbers; None for
            a dataset without labels.
        splits: For `train` and `test`, the source's own name of that split, or how it was
            drawn.
        sizes: For `train` and `test`, the number of images.
        default_image_size: `(height, width)` to use where none is asked for;
            None keeps the images' own.
        licence: Licence of the images, as far as the source states it.
        citation: The publication to cite.
        content: Digest of the images and labels of both splits, see `content.digest`:
            two datasets are the same where this is, whatever they are called.
    """

    name: str
    image_shape: tuple[int | None, int | None, int]
    classes: tuple[str, ...] | None
    splits: dict[str, str]
    sizes: dict[str, int]
    default_image_size: tuple[int, int] | None
    licence: str
    citation: str
    content: str


class Source(Protocol):
    """A dataset that is ready to be read; made by `open_source` of a source plug-in."""

    spec: DatasetSpec

    def records(self, split: str, positions: np.ndarray) -> Any:
        """`tf.data.Dataset` of `(stored image, label)` in the split's own, fixed order.

        The stored image may still be encoded; the label is an int64 scalar, -1
        for an image without one.

        Args:
            split: `train` or `test`.
            positions: Of the wanted records in that order, ascending.
        """

    def decode(self, records: Any) -> Any:
        """Decodes images, in the order in which they come.

        Args:
            records: `tf.data.Dataset` of pairs: a stored image, and whatever goes with it.

        Returns:
            `tf.data.Dataset` of pairs: a uint8 tensor `(height, width, channels)`, and the same.
        """

    def find_damage(self) -> str | None:
        """Reads all its files and says which is damaged and how; None where none is."""


@runtime_checkable
class SourceOfFiles(Source, Protocol):
    """A source with a file for each image.

    Attributes:
        unreadable: A sentence on each file that was left out, since no image is in it.
    """

    unreadable: list[str]

    def image_name(self, split: str, position: int) -> str:
        """Name of an image's file in the dataset, for people; the arguments are as of `records`."""


def image_names(source: Source, split: str, positions: Iterable[int]) -> list[str]:
    """Names of images, for people: their files', else split and position in the source's order."""
    if isinstance(source, SourceOfFiles):
        return [source.image_name(split, int(position)) for position in positions]
    return [f"{split} {position}" for position in positions]


class SourcePlugin(Protocol):
    """A kind of dataset: a file in `data/sources/`, named as the kind.

    Imported for `--help` and for checks, so TensorFlow is imported inside its
    functions only. `tests/data/sources/every_source_test.py` checks the rest.

    Attributes:
        ARGUMENT: Word for what follows `KIND:`, such as `FOLDER`; None for a
            kind that is one dataset.
        VERSIONED: Whether an argument may end in a version, as in `mnist:3.0.1`.
        FEATURES: Whether `--image` and `--label` choose among its features.
        HELP: The datasets of this kind, a phrase for the help of `--dataset`; None for a kind
            that nobody can type.
    """

    ARGUMENT: str | None
    VERSIONED: bool
    FEATURES: bool
    HELP: str | None

    def open_source(self, name: DatasetName, config: DataConfig) -> Source:
        """Opens a dataset of this kind.

        Args:
            name: Its name, of this kind.
            config: Where it lies, whether it may be downloaded, which features are meant.

        Raises:
            ConfigError: where there is no such dataset, or it can't be had here.
            RunError: where its files are damaged.
        """

    def check(self, name: DatasetName, config: DataConfig) -> tuple[int, int] | None:
        """Refuses, without TensorFlow, what `open_source` would, as far as it is seen in a moment.

        Called before TensorFlow is imported, which takes seconds.

        Returns:
            `(height, width)` of its images by default; None where that isn't known yet.

        Raises:
            ConfigError, RunError: as `open_source`.
        """


@runtime_checkable
class PluginOfFiles(SourcePlugin, Protocol):
    """A kind of datasets of which some have a file for each image."""

    def has_single_files(self, name: DatasetName) -> bool:
        """Whether this one has, so that `--skip_broken` may leave out some."""
