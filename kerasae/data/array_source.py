"""Arrays of images that lie in memory, or in files, as a source."""

import copy
import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasae.arrays import described
from kerasae.config import require
from kerasae.data import array_labels, content, held_out
from kerasae.data.file_rows import FileRows
from kerasae.data.spec import DatasetSpec

CHANNELS = (1, 3)
# Images that are copied at once, on their way into a pipeline.
COPIED_AT_ONCE = 512


class ArraySource:
    """Arrays as a `Source`: images, labels, and a test part of their own or drawn from them.

    The arrays stay where they are: they are read a few hundred images at a
    time, so one that lies in a file need not fit into memory. Nothing may
    change them while the source is used.

    Args:
        name: The dataset's name, as `DatasetName` reads it.
        images: uint8 `(n, height, width)` or `(n, height, width, channels)` of 1
            or 3 channels; an array, or `FileRows`.
        labels: Whole numbers `(n,)`, -1 for an image without one; None for a
            dataset without labels.
        class_names: Names of the classes 0, 1, 2, …; where None, the classes are the
            different labels, ascending, each named as its number.
        test_images: Images to test on, as `images`; where None, a tenth of `images` is held
            out, see `held_out`.
        test_labels: Their labels; given exactly where both `labels` and `test_images` are.
        licence: Licence of the images.
        citation: The publication to cite; empty where there is none.
        default_image_size: `(height, width)` to use where none is asked for; the images'
            own where None.
        content_digest: Of images and labels, where it is known already; made of them
            where None, see `content.digest`.

    Raises:
        ConfigError: for arrays of another type or shape, labels that fit neither images nor
            classes, or too few images.
    """

    def __init__(
        self,
        name: str,
        images: np.ndarray | FileRows,
        labels: np.ndarray | None = None,
        class_names: Sequence[str] | None = None,
        test_images: np.ndarray | FileRows | None = None,
        test_labels: np.ndarray | None = None,
        *,
        licence: str = "not stated",
        citation: str = "",
        default_image_size: tuple[int, int] | None = None,
        content_digest: str | None = None,
    ):
        require(
            (test_labels is not None) == (test_images is not None and labels is not None),
            f"{name}: test labels go with both labels and test images.",
            labels=described(labels),
            test_images=described(test_images),
            test_labels=described(test_labels),
        )
        given = [(images, labels)]
        if test_images is not None:
            given.append((test_images, test_labels))
        held, classes = _checked(name, given, class_names)
        if test_images is None:
            self._held = {"train": held[0], "test": held[0]}
            self._rows = _divided(name, held[0][1])
            splits = held_out.describe("train", classes is not None)
        else:
            self._held = dict(zip(("train", "test"), held, strict=True))
            self._rows = {split: np.arange(len(some)) for split, (some, _) in self._held.items()}
            splits = {split: split for split in self._held}
        self.spec = DatasetSpec(
            name=name,
            image_shape=held[0][0].shape[1:],
            classes=classes,
            splits=splits,
            sizes={split: len(rows) for split, rows in self._rows.items()},
            default_image_size=default_image_size,
            licence=licence,
            citation=citation,
            content=content_digest or _content(held, classes),
        )

    def named(self, name: str) -> "ArraySource":
        """The same dataset by another name."""
        same = copy.copy(self)
        same.spec = dataclasses.replace(self.spec, name=name)
        return same

    def records(self, split: str, positions: np.ndarray) -> Any:
        """`tf.data.Dataset` of uint8 images and int64 labels at some positions."""
        import tensorflow as tf

        images, labels = self._held[split]
        shape = images.shape[1:]

        def read(rows):
            copies = tf.numpy_function(
                lambda rows: (images[rows], labels[rows]), [rows], (tf.uint8, tf.int64)
            )
            return tf.ensure_shape(copies[0], (None, *shape)), tf.ensure_shape(copies[1], (None,))

        rows = tf.data.Dataset.from_tensor_slices(self._rows[split][positions])
        return rows.batch(COPIED_AT_ONCE).map(read).unbatch()

    def decode(self, records: Any) -> Any:
        """The images themselves."""
        return records

    def find_damage(self) -> str | None:
        """Nothing: it has no files of its own."""
        return None


def _checked(
    name: str, given: list[tuple[Any, Any]], class_names: Sequence[str] | None
) -> tuple[list[tuple[np.ndarray, np.ndarray]], tuple[str, ...] | None]:
    """Images with numbers of their classes, of one or two splits; and the classes' names."""
    parts = []
    for which, (some, labels) in zip(("", "test "), given, strict=False):
        images = _checked_images(name, which, some)
        parts.append((images, array_labels.checked(name, which, labels, len(images))))
    shapes = {images.shape[1:] for images, _ in parts}
    require(
        len(shapes) == 1,
        f"{name}: test images must be of the shape of the others.",
        images=described(given[0][0]),
        test_images=described(given[-1][0]),
    )
    counted = [(labels, len(images)) for images, labels in parts]
    numbers, classes = array_labels.class_numbers(name, counted, class_names)
    return [(images, one) for (images, _), one in zip(parts, numbers, strict=True)], classes


def _checked_images(name: str, which: str, images: Any) -> np.ndarray:
    """A view `(n, height, width, channels)` of uint8 images; raises ConfigError for others."""
    fits = (
        isinstance(images, (np.ndarray, FileRows))
        and images.dtype == np.uint8
        and (images.ndim == 3 or (images.ndim == 4 and images.shape[3] in CHANNELS))
        and images.size > 0
    )
    require(
        fits,
        f"{name}: {which}images must be a uint8 array (n, height, width) or (n, height, width, "
        f"channels), of {' or '.join(map(str, CHANNELS))} channels.",
        images=described(images),
    )
    return images.reshape(*images.shape, 1) if images.ndim == 3 else images


def _divided(name: str, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Rows of train and test images, where the test images are drawn from the others."""
    require(
        len(labels) >= 2,
        f"{name} has no test images, and too few images to hold one out.",
        images=len(labels),
    )
    test = held_out.test_positions(labels)
    return {"train": np.delete(np.arange(len(labels)), test), "test": test}


def _content(held: list[tuple[np.ndarray, np.ndarray]], classes: tuple[str, ...] | None) -> str:
    """Digest of all images and labels, wherever they lie."""
    facts = {"images": [images.shape for images, _ in held], "classes": classes}

    def parts():
        for images, labels in held:
            for start in range(0, len(images), COPIED_AT_ONCE):
                yield np.ascontiguousarray(images[start : start + COPIED_AT_ONCE]).data
            yield np.ascontiguousarray(labels).data

    return content.digest(facts, parts())
