"""Labels that come as arrays: checked, and turned into numbers of classes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasae.arrays import described
from kerasae.config import require
from kerasae.data.spec import MAX_CLASSES, UNLABELLED


def checked(name: str, which: str, labels: Any, count: int) -> np.ndarray | None:
    """Labels as int64, None where there are none.

    Args:
        name: Of the dataset, for the message.
        which: `test ` or nothing, for the message.
        labels: Whole numbers `(count,)`, or None.
        count: Number of images.

    Raises:
        ConfigError: for anything else.
    """
    if labels is None:
        return None
    fits = (
        isinstance(labels, np.ndarray)
        and np.issubdtype(labels.dtype, np.integer)
        and labels.shape == (count,)
        and labels.max() < 2**63
    )
    require(
        fits,
        f"{name}: {which}labels must be an array of whole numbers, one for each of {count:,} "
        "images.",
        labels=described(labels),
    )
    return labels.astype(np.int64, copy=False)


def class_numbers(
    name: str,
    parts: Sequence[tuple[np.ndarray | None, int]],
    class_names: Sequence[str] | None,
) -> tuple[list[np.ndarray], tuple[str, ...] | None]:
    """Numbers of the classes of images, and the classes' names.

    Args:
        name: Of the dataset, for the message.
        parts: Labels from `checked` and number of images, of each part; all of them
            None or none.
        class_names: Names of the classes 0, 1, 2, …; where None, the classes are the different
            labels, ascending, each named as its number.

    Returns:
        For each part int64 `(n,)`, -1 where an image has no class; and the names,
        None without labels.

    Raises:
        ConfigError: for labels that are no classes, or names that are no names.
    """
    labels = [found for found, _ in parts]
    if labels[0] is None:
        require(class_names is None, f"{name}: names of classes need labels.", classes=class_names)
        return [np.full(count, UNLABELLED) for _, count in parts], None
    found = np.unique(np.concatenate(labels))
    found = found[found != UNLABELLED]
    if class_names is not None:
        return labels, _checked_names(name, tuple(class_names), found)
    require(
        0 < len(found) <= MAX_CLASSES,
        f"{name}: there must be 1 to {MAX_CLASSES:,} different labels.",
        different_labels=len(found),
    )
    numbers = [
        np.where(one == UNLABELLED, UNLABELLED, np.searchsorted(found, one)) for one in labels
    ]
    return numbers, tuple(str(label) for label in found)


def _checked_names(name: str, classes: tuple[str, ...], found: np.ndarray) -> tuple[str, ...]:
    """Names of classes, of which the labels that were found are numbers; raises ConfigError."""
    require(
        all(isinstance(one, str) for one in classes) and len(set(classes)) == len(classes),
        f"{name}: names of classes must be different texts.",
        classes=classes,
    )
    beyond = found[(found < 0) | (found >= len(classes))][:10]
    require(
        not len(beyond),
        f"{name}: labels must be the numbers of {len(classes)} classes, from 0, or -1.",
        labels=tuple(beyond.tolist()),
    )
    return classes
