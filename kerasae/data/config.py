"""Which images a run is trained on, as a frozen dataclass."""

import dataclasses
from typing import Literal

from kerasae.bounds import COUNT, FRACTION, IMAGE_SIZE, MEMORY_MB
from kerasae.config import FilePath, option, require
from kerasae.options import check_options

Fit = Literal["stretch", "crop", "pad"]
Channels = Literal["grey", "rgb"]
Background = Literal["black", "white"]


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """Which images, how many, how large, in what batches."""

    dataset: str = option(
        "digits",
        "name of a dataset: KIND, or KIND:ARGUMENT",
    )
    data_dir: FilePath | None = option(
        None,
        "folder of TFDS datasets",
        shown_default="$TFDS_DATA_DIR, else ~/tensorflow_datasets",
    )
    download: bool = option(True, "let TFDS download and prepare a dataset that is not there yet")
    image: str | None = option(
        None, "feature that holds the images, of a dataset of TFDS that has several"
    )
    label: str | None = option(
        None,
        "feature that holds the labels, of a dataset of TFDS that has several: classes, or whole "
        "numbers taken as classes",
    )
    classes: tuple[str, ...] = option(
        (), "keep only these classes, by name or number, as in 1,8", shown_default="all"
    )
    max_examples: int | None = option(
        None,
        "train on at most this many images, sampled by --seed; all where not given",
        bounds=COUNT,
    )
    image_size: tuple[int, ...] = option(
        (),
        "height and width after bilinear resizing, as in 36 or 36,48; "
        "the dataset's own where not given (28 for digits)",
        bounds=IMAGE_SIZE,
    )
    fit: Fit = option(
        "stretch",
        "how images of other proportions come to the model's size: stretched, their middle cut "
        "out, or whole with a border of --background",
    )
    channels: Channels | None = option(
        None,
        "turn all images into grey ones or RGB",
        shown_default="as they are; RGB where some are grey and some are not",
    )
    background: Background = option(
        "black", "what transparent pictures and those with --fit=pad are laid on"
    )
    skip_broken: bool = option(
        False,
        "leave out pictures in files that can't be read, of the kinds folder and csv; each is "
        "decoded once to find them; without it they are refused",
    )
    validation_fraction: float = option(
        0.0,
        "share of the training images held out for validation, sampled by --seed",
        bounds=FRACTION,
    )
    memory_budget_mb: int = option(
        1024,
        "keep decoded images (uint8) in memory up to this many MiB; beyond, see --disk_budget_mb",
        bounds=MEMORY_MB,
    )
    disk_budget_mb: int = option(
        8192,
        "decode images that don't fit into memory once, into files of the folder "
        "$KERASAE_CACHE_DIR, else $XDG_CACHE_HOME/kerasae, else ~/.cache/kerasae, of up to this "
        "many MiB in all, the least used going first; the folder may be deleted at any time; 0 "
        "decodes anew in every epoch, which is slower, for pictures most of all",
        bounds=MEMORY_MB,
    )

    def __post_init__(self):
        require(bool(self.dataset), "--dataset must be a name.", dataset=self.dataset)
        require(
            len(self.image_size) <= 2,
            "--image_size must be one or two positive numbers: 36 or 36,48.",
            image_size=self.image_size,
        )
        check_options(self)

    @property
    def target_size(self) -> tuple[int, int] | None:
        """`(height, width)` that was asked for; None where nothing was."""
        if not self.image_size:
            return None
        return self.image_size[0], self.image_size[-1]
