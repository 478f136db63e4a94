"""Images that a trained encoder is applied to, and where a run's own lie now."""

import dataclasses
from typing import Any

from kerasae.bounds import COUNT
from kerasae.config import FilePath, option, optional, require
from kerasae.data.config import Background, Channels, DataConfig, Fit
from kerasae.options import check_options

AS_TRAINED = "as the run was trained"
OWN_AS_TRAINED = "of the run's own dataset, as it was trained"


@dataclasses.dataclass(frozen=True)
class DataPlaceConfig:
    """Where a run's data lies now, where that isn't where it lay in training."""

    data_dir: FilePath | None = optional(DataConfig, "data_dir", AS_TRAINED)
    download: bool | None = optional(DataConfig, "download", AS_TRAINED)
    dataset: str | None = option(
        None,
        "the run's own dataset where it lies now, as in folder:PATH; it must hold the same images",
        shown_default=AS_TRAINED,
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

    dataset: str | None = optional(DataConfig, "dataset", "the run's own")
    resize: bool = option(False, "bring images of another size to the size of the encoder")
    image: str | None = optional(DataConfig, "image", OWN_AS_TRAINED)
    label: str | None = optional(DataConfig, "label", OWN_AS_TRAINED)
    fit: Fit | None = optional(DataConfig, "fit", AS_TRAINED)
    channels: Channels | None = optional(DataConfig, "channels", AS_TRAINED)
    background: Background | None = optional(DataConfig, "background", AS_TRAINED)
    skip_broken: bool | None = optional(DataConfig, "skip_broken", AS_TRAINED)
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
    memory_budget_mb: int | None = optional(DataConfig, "memory_budget_mb", AS_TRAINED)
    disk_budget_mb: int | None = optional(DataConfig, "disk_budget_mb", AS_TRAINED)

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
