"""One pass over the images of a dataset, as they are stored, that counts what is in them.

Nothing of an image is kept but 16 bytes of digest and its label, so the memory that this takes
hardly grows with the dataset.
"""

import collections
import sys
from collections.abc import Iterator

import numpy as np
from tqdm import tqdm

import kerasae
from kerasae import wording
from kerasae.data import class_choice, duplicates, pipeline, stored_labels
from kerasae.data.config import DataConfig
from kerasae.data.damage import readable
from kerasae.data.dataset_name import DatasetName
from kerasae.data.duplicates import Duplicates
from kerasae.data.samples_by_class import SamplesByClass
from kerasae.data.spec import UNLABELLED, Source, SourceOfFiles, image_names
from kerasae.data.summary import (
    CHANNELS,
    ChannelValues,
    DatasetSummary,
    EqualImages,
    SizeCount,
    SplitSummary,
)
from kerasae.data.untuned import untuned
from kerasae.wording import shown

# Decoded images of one size that are looked at together.
BATCH_BYTES = 2**22
LEVELS = 256
MAX_UNREADABLE = 20


class _Seen:
    """What was seen of one split.

    Attributes:
        positions: Of its images, in the source's split.
        labels: int64, of each; -1 without one.
        digests: 16 bytes of each.
        levels: How many pixels of each channel have each of 256 levels, int64 `(channels, 256)`.
        sizes: How many images have each `(height, width)`.
    """

    def __init__(self, positions: np.ndarray, channels: int):
        self.positions = positions
        self.labels = np.full(len(positions), UNLABELLED)
        self.digests = bytearray()
        self.levels = np.zeros((channels, LEVELS), np.int64)
        self.sizes: collections.Counter[tuple[int, int]] = collections.Counter()

    def add(self, images: np.ndarray) -> None:
        """Counts images of one size, uint8 `(n, height, width, channels)`."""
        self.sizes[images.shape[1:3]] += len(images)
        for channel, counts in enumerate(self.levels):
            counts += np.bincount(images[..., channel].ravel(), minlength=LEVELS)
        for image in images:
            self.digests += duplicates.digest(image)


def look(source: Source, config: DataConfig, seed: int) -> tuple[DatasetSummary, SamplesByClass]:
    """Decodes every image that the data flags keep, once.

    Args:
        source: An open dataset.
        config: The data flags; images are looked at before any resizing.
        seed: Draws `max_examples` and the validation images.

    Returns:
        What is in the dataset, and a few images of each class.

    Raises:
        ConfigError: where nothing is left of a split.
        RunError: where the dataset's files are damaged or not all there.
    """
    chosen = pipeline.choose(source, config, seed)
    chosen = {split: positions for split, positions in chosen.items() if len(positions)}
    numbers = class_choice.class_numbers(source.spec, config.classes)
    samples = SamplesByClass(numbers or range(len(source.spec.classes or ())))
    seen = {}
    for split, positions in chosen.items():
        seen[split] = _Seen(positions, source.spec.image_shape[-1])
        done = 0
        for images, labels in _decoded(source, split, positions):
            seen[split].add(images)
            seen[split].labels[done : done + len(labels)] = labels
            samples.add(images, labels)
            done += len(labels)
    return _summary(source, config, seed, seen), samples


def _decoded(
    source: Source, split: str, positions: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Images of one size with their labels, uint8 and int64, a few at a time."""
    shape = source.spec.image_shape
    together = 1 if None in shape else max(1, BATCH_BYTES // int(np.prod(shape)))
    records = (
        source.records("test" if split == "test" else "train", positions)
        .apply(source.decode)
        .batch(together)
        .prefetch(2)
    )
    title = f"looking at {wording.one_line(source.spec.name)} {split}"
    bar = tqdm(total=len(positions), desc=title, file=sys.stderr, disable=None, leave=False)
    with readable(source.spec.name, source.find_damage), bar:
        for images, labels in untuned(records).as_numpy_iterator():
            yield images, stored_labels.checked(labels, source.spec)
            bar.update(len(images))


def _summary(
    source: Source, config: DataConfig, seed: int, seen: dict[str, _Seen]
) -> DatasetSummary:
    spec = source.spec
    classes = class_choice.class_names(spec, config.classes)
    numbers = class_choice.class_numbers(spec, config.classes) or range(len(classes or ()))
    copies = duplicates.find(
        [split.digests for split in seen.values()],
        np.concatenate([split.labels for split in seen.values()]),
    )
    sizes = sum((split.sizes for split in seen.values()), collections.Counter())
    by_pixels = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    unreadable = tuple(source.unreadable) if isinstance(source, SourceOfFiles) else ()
    return DatasetSummary(
        kerasae=kerasae.__version__,
        dataset=spec.name,
        kind=DatasetName.parse(spec.name).kind,
        content=spec.content,
        licence=spec.licence,
        citation=spec.citation,
        channels=spec.image_shape[-1],
        classes=classes,
        chosen=_chosen(config, seed),
        splits=tuple(
            SplitSummary(
                name=name,
                stored=spec.splits["test" if name == "test" else "train"],
                images=len(split.positions),
                unlabelled=int((split.labels == UNLABELLED).sum()) if spec.classes else 0,
                by_class=tuple(int((split.labels == number).sum()) for number in numbers),
                values=_values(split.levels),
                duplicates=copies.within[at],
                also_in_earlier_splits=copies.in_earlier_splits[at],
            )
            for at, (name, split) in enumerate(seen.items())
        ),
        smallest=_size(by_pixels[0], sizes),
        largest=_size(by_pixels[-1], sizes),
        most_common=_size(max(by_pixels, key=sizes.__getitem__), sizes),
        sizes=len(sizes),
        other_labels=copies.other_labels,
        equal_images=_examples(source, seen, copies),
        unreadable=unreadable[:MAX_UNREADABLE],
        unreadable_count=len(unreadable),
    )


def _chosen(config: DataConfig, seed: int) -> dict[str, str]:
    """The flags that chose among the images, where any did, as they are typed."""
    asked = {
        name: shown(getattr(config, name))
        for name in ("classes", "max_examples", "validation_fraction")
        if getattr(config, name)
    }
    return asked | {"seed": str(seed)} if asked else {}


def _values(levels: np.ndarray) -> tuple[ChannelValues, ...]:
    """Values of each channel, from exact counts of each level."""
    values = np.arange(LEVELS) / (LEVELS - 1)
    found = []
    for channel, counts in zip(CHANNELS[len(levels)], levels, strict=True):
        there = np.flatnonzero(counts)
        mean = float(np.average(values, weights=counts))
        std = float(np.average((values - mean) ** 2, weights=counts) ** 0.5)
        found.append(
            ChannelValues(channel, float(values[there[0]]), float(values[there[-1]]), mean, std)
        )
    return tuple(found)


def _size(size: tuple[int, int], sizes: collections.Counter[tuple[int, int]]) -> SizeCount:
    return SizeCount(*size, sizes[size])


def _examples(
    source: Source, seen: dict[str, _Seen], copies: Duplicates
) -> tuple[EqualImages, ...]:
    """Groups of equal images by names that a reader can look up."""
    return tuple(
        EqualImages(tuple(_name(source, seen, image) for image in group.images), group.count)
        for group in copies.groups
    )


def _name(source: Source, seen: dict[str, _Seen], image: int) -> str:
    """As `image_names`, of an image by its number among those seen."""
    ends = np.cumsum([len(split.positions) for split in seen.values()])
    number = int(np.searchsorted(ends, image, side="right"))
    split = list(seen)[number]
    position = int(seen[split].positions[image - ends[number]])  # Counted from the end.
    return image_names(source, "test" if split == "test" else "train", [position])[0]
