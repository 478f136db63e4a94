"""What is known of a dataset before its images are read, and what a source can do."""

import dataclasses
from typing import Any, Protocol

import numpy as np


@dataclasses.dataclass(frozen=True)
class DatasetSpec:
    """Facts about a dataset.

    Attributes:
        name: As given to `--dataset`, with the version where there is one.
        image_shape: `(height, width, channels)`; height and width are None
            where the images differ in size.
        classes: Names of the classes, in the order of their numbers; None for
            a dataset without labels.
        splits: For `train` and `test`, what the source calls that split.
        sizes: For `train` and `test`, the number of images.
        default_image_size: `(height, width)` to use where none is asked for;
            None keeps the images' own.
        licence: As far as the source tells.
        citation: Whom to cite.
    """

    name: str
    image_shape: tuple[int | None, int | None, int]
    classes: tuple[str, ...] | None
    splits: dict[str, str]
    sizes: dict[str, int]
    default_image_size: tuple[int, int] | None
    licence: str
    citation: str


class Source(Protocol):
    """A dataset that is ready to be read; made by `open_source` of a source plug-in."""

    spec: DatasetSpec

    def records(self, split: str, positions: np.ndarray) -> Any:
        """`tf.data.Dataset` of `(stored image, label)` in the split's own, fixed order.

        The stored image may still be encoded; the label is an int64 scalar, -1
        where there are no labels.

        Args:
            split: `train` or `test`.
            positions: Of the wanted records in that order, ascending.
        """

    def decode(self, stored: Any) -> Any:
        """Turns one stored image into a uint8 tensor `(height, width, channels)`."""
