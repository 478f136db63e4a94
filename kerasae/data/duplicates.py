"""Images with equal pixels, within a split and between splits, found by their digests."""

import dataclasses
import hashlib

import numpy as np

from kerasae.data.spec import UNLABELLED

# By chance, one pair among 10**12 images would have equal digests once in 10**14 datasets.
DIGEST_BYTES = 16
MAX_GROUPS, MAX_SHOWN = 10, 5


@dataclasses.dataclass(frozen=True)
class Group:
    """Images with equal pixels.

    Attributes:
        images: Index of each into the digests that were given, ascending; the first few.
        count: How many there are.
    """

    images: tuple[int, ...]
    count: int


@dataclasses.dataclass(frozen=True)
class Duplicates:
    """How many images are copies of others.

    Attributes:
        within: For each split, images with the pixels of an earlier one of that split.
        in_earlier_splits: For each split, images whose pixels are in one of the splits before it.
        other_labels: Images that have a label and share their pixels with one of another label.
        groups: The first groups of equal images; those of several splits come first.
    """

    within: tuple[int, ...]
    in_earlier_splits: tuple[int, ...]
    other_labels: int
    groups: tuple[Group, ...]


def digest(image: np.ndarray) -> bytes:
    """Digest of an image's size and pixels.

    Args:
        image: uint8 `(height, width, channels)`.
    """
    size = b"%d %d %d " % image.shape
    return hashlib.blake2b(size + image.tobytes(), digest_size=DIGEST_BYTES).digest()


def find(digests: list[bytearray], labels: np.ndarray) -> Duplicates:
    """Counts copies.

    Args:
        digests: For each split, the digests of its images, one after the other.
        labels: int64, of all images of all splits, -1 for one without.
    """
    values = np.frombuffer(b"".join(digests), np.uint64).reshape(-1, 2)
    sizes = [len(some) // DIGEST_BYTES for some in digests]
    splits = np.repeat(np.arange(len(sizes)), sizes)
    # Equal ones next to each other, in the order that they were given in.
    order = np.lexsort((values[:, 1], values[:, 0]))
    new = np.ones(len(order), bool)
    new[1:] = (values[order[1:]] != values[order[:-1]]).any(axis=1)
    group_of = np.empty(len(order), np.int64)
    group_of[order] = np.cumsum(new) - 1
    starts = np.append(np.flatnonzero(new), len(order))
    return Duplicates(
        within=tuple(
            int(size - len(np.unique(group_of[splits == split])))
            for split, size in enumerate(sizes)
        ),
        in_earlier_splits=tuple(
            int(np.isin(group_of[splits == split], group_of[splits < split]).sum())
            for split in range(len(sizes))
        ),
        other_labels=_other_labels(group_of, labels),
        groups=_groups(order, starts, splits),
    )


def _other_labels(group_of: np.ndarray, labels: np.ndarray) -> int:
    """Images that share their group with another label."""
    labelled = labels != UNLABELLED
    pairs = np.unique(np.stack([group_of[labelled], labels[labelled]], axis=1), axis=0)
    different = np.bincount(pairs[:, 0], minlength=1)
    return int((different[group_of[labelled]] > 1).sum()) if labelled.any() else 0


def _groups(order: np.ndarray, starts: np.ndarray, splits: np.ndarray) -> tuple[Group, ...]:
    """The groups to show, of all that have more than one image."""
    several = np.flatnonzero(np.diff(starts) > 1)
    first, last = order[starts[several]], order[starts[several + 1] - 1]
    mixed = splits[first] != splits[last]  # Within a group, images ascend, and splits with them.
    shown = several[np.lexsort((first, ~mixed))][:MAX_GROUPS]
    return tuple(
        Group(
            tuple(order[starts[group] : starts[group + 1]][:MAX_SHOWN].tolist()),
            int(starts[group + 1] - starts[group]),
        )
        for group in shown
    )
