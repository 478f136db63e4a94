"""What is in a dataset: counts, sizes, values, copies and gaps, as a record."""

import dataclasses

from kerasae.bounds import SEED
from kerasae.config import FilePath, option
from kerasae.options import check_options

CHANNELS = {1: ("grey",), 3: ("red", "green", "blue")}


@dataclasses.dataclass(frozen=True)
class SummaryConfig:
    """What a dataset is looked at with, beside its own flags."""

    seed: int = option(0, "draws --max_examples and the validation images", bounds=SEED)
    prepare_from: FilePath | None = option(
        None,
        "prepare a dataset of TFDS that isn't there from these IDX files, without a network: "
        "a folder, or a folder and what the names of its files begin with, as in "
        "gzip/emnist-letters",
    )

    def __post_init__(self):
        check_options(self)


@dataclasses.dataclass(frozen=True)
class ChannelValues:
    """Values of one channel over all pixels of a split, of images in [0, 1].

    Attributes:
        channel: `grey`, or `red`, `green`, `blue`.
        least, greatest: The extremes.
        mean, std: Mean and standard deviation over pixels.
    """

    channel: str
    least: float
    greatest: float
    mean: float
    std: float


@dataclasses.dataclass(frozen=True)
class SplitSummary:
    """One split.

    Attributes:
        name: `train`, `validation` or `test`.
        stored: The source's own name of what it is drawn from, or how it was drawn.
        images: Number of images.
        unlabelled: How many of them have no label; 0 in a dataset without labels.
        by_class: How many of them are of each class; empty without labels.
        values: Of each channel.
        duplicates: How many have the pixels of an earlier one of this split.
        also_in_earlier_splits: How many have pixels that are in one of the splits before, such
            as test images that are trained on.
    """

    name: str
    stored: str
    images: int
    unlabelled: int
    by_class: tuple[int, ...]
    values: tuple[ChannelValues, ...]
    duplicates: int
    also_in_earlier_splits: int


@dataclasses.dataclass(frozen=True)
class SizeCount:
    """A size of images, and how many have it."""

    height: int
    width: int
    images: int

    def __str__(self):
        return f"{self.height}x{self.width}"


@dataclasses.dataclass(frozen=True)
class EqualImages:
    """Images with equal pixels.

    Attributes:
        images: The first of them, each by split and position or file.
        count: How many there are.
    """

    images: tuple[str, ...]
    count: int


@dataclasses.dataclass(frozen=True)
class DatasetSummary:
    """A dataset as a training would see it, before resizing.

    Attributes:
        kerasae: Version that wrote it.
        dataset: Name, with the version where there is one.
        kind: Kind of dataset.
        content: Digest of images and labels, by which a dataset is known.
        licence, citation: As far as the source states them.
        channels: Of every image, 1 or 3.
        classes: Names of the classes that were kept; None without labels.
        chosen: What was asked for beside the name: classes, numbers of images, seed.
        splits: `train`, `validation` where a part was asked for, `test`.
        smallest, largest: Sizes by number of pixels.
        most_common: The size that most images have.
        sizes: How many different sizes there are.
        other_labels: Images that share their pixels with one of another label.
        equal_images: Examples of copies.
        unreadable: Files that hold no image that can be read, with the reason; the first ones.
        unreadable_count: How many there are.
    """

    kerasae: str
    dataset: str
    kind: str
    content: str
    licence: str
    citation: str
    channels: int
    classes: tuple[str, ...] | None
    chosen: dict[str, str]
    splits: tuple[SplitSummary, ...]
    smallest: SizeCount
    largest: SizeCount
    most_common: SizeCount
    sizes: int
    other_labels: int
    equal_images: tuple[EqualImages, ...]
    unreadable: tuple[str, ...]
    unreadable_count: int
