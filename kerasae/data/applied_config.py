"""Images that a trained encoder is applied to, and where a run's own lie now."""

import dataclasses
from typing import Any, Literal

from kerasae.bounds import COUNT, MEMORY_MB
from kerasae.config import FilePath, option, require
from kerasae.data.config import DataConfig
from kerasae.options import check_options


@dataclasses.dataclass(frozen=True)
class DataPlaceConfig:
    """Where a run's data lies now, where that isn't where it lay in training."""

    data_dir: FilePath | None = option(
        None, "folder of TFDS datasets", shown_default="as the run was trained"
    )
    download: bool | None = option(
        None,
        "let TFDS download and prepare a dataset that is not there yet",
        shown_default="as the run was trained",
    )
    dataset: str | None = option(
        None,
        "the run's own dataset where it lies now, as in folder:PATH; it must hold the same images",
        shown_default="as the run was trained",
    )

    def applied(self, dataset: str | None = None, **others: Any) -> "AppliedDataConfig":
        """A dataset in this place, the run's own where None.

        Args:
            dataset: Its name.
            **others: More fields of `AppliedDataConfig`.
        """
        return AppliedDataConfig(
            self.data_dir, self.download, dataset=dataset or self.dataset, **others
        )


@dataclasses.dataclass(frozen=True)
class AppliedDataConfig(DataPlaceConfig):
    """Images that a trained encoder is applied to; what isn't given is as in its training."""

    dataset: str | None = option(None, "name of a dataset", shown_default="the run's own")
    resize: bool = option(False, "bring images of another size to the size of the encoder")
    image: str | None = option(
        None,
        "feature that holds the images, of a dataset of TFDS that has several",
        shown_default="of the run's own dataset, as it was trained",
    )
    label: str | None = option(
        None,
        "feature that holds the labels, of a dataset of TFDS that has several",
        shown_default="of the run's own dataset, as it was trained",
    )
    fit: Literal["stretch", "crop", "pad"] | None = option(
        None,
        "how images of other proportions come to the encoder's size: stretched, their middle cut "
        "out, or whole with a border of --background",
        shown_default="as the run was trained",
    )
    channels: Literal["grey", "rgb"] | None = option(
        None, "turn all images into grey ones or RGB", shown_default="as the run was trained"
    )
    background: Literal["black", "white"] | None = option(
        None,
        "what transparent pictures and those with --fit=pad are laid on",
        shown_default="as the run was trained",
    )
    skip_broken: bool | None = option(
        None,
        "leave out pictures in files that can't be read, of the kinds folder and csv",
        shown_default="as the run was trained",
    )
    classes: tuple[str, ...] = option(
        (),
        "keep only these classes, by name or number, as in 1,8",
        shown_default="all; of the run's own dataset, those it was trained on",
    )
    max_examples: int | None = option(
        None,
        "use at most this many training images, sampled by the run's seed",
        bounds=COUNT,
        shown_default="all; of the run's own dataset, as many as it was trained on",
    )
    memory_budget_mb: int | None = option(
        None,
        "keep decoded images (uint8) in memory up to this many MiB",
        bounds=MEMORY_MB,
        shown_default="as the run was trained",
    )
    disk_budget_mb: int | None = option(
        None,
        "decode images that don't fit into memory once, into files of up to this many MiB in all",
        bounds=MEMORY_MB,
        shown_default="as the run was trained",
    )

    def __post_init__(self):
        check_options(self)
        require(self.dataset != "", "--dataset must be a name.", dataset=self.dataset)

    def override(self, other: DataConfig) -> DataConfig:
        """The settings of a dataset with what was given in place of its own."""
        own = {field.name for field in dataclasses.fields(DataConfig)}
        given = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name in own - {"dataset", "classes"}
        } | {"classes": self.classes or None}
        known = {name: value for name, value in given.items() if value is not None}
        return dataclasses.replace(other, **known)
