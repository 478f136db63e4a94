"""What is measured of a run; the flags of `kerasae.evaluate`."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from kerasae import registry
from kerasae.bounds import SEED, Bounds
from kerasae.config import ConfigError, RunError, option, part, require, require_known
from kerasae.data.applied_config import AS_TRAINED, AppliedDataConfig, DataPlaceConfig
from kerasae.data.config import Channels
from kerasae.options import check_options

ALL = "all"
# Flags that choose among another dataset's features, by those that do of a run's own.
OTHER = {name: f"other_{name}" for name in ("dataset", "image", "label", "channels")}


@dataclasses.dataclass(frozen=True)
class EvaluationConfig:
    """Measures of a trained autoencoder."""

    measures: tuple[str, ...] = option(
        (ALL,),
        lambda: (
            f"which measures: {', '.join(registry.names(registry.MEASURES))}; all takes those "
            "that the dataset can have and that aren't slow, as leave_one_class_out is, which "
            "trains an autoencoder for each class"
        ),
    )
    heads: tuple[str, ...] = option(
        ("linear", "ffn"),
        lambda: (
            "heads on the run's own dataset to measure, beside linear readouts of pixels and "
            "principal components; fitted where missing: "
            f"{', '.join(registry.names(registry.HEADS))}"
        ),
    )
    other_dataset: str | None = option(
        None, "dataset whose test images anomaly scores beside the run's"
    )
    other_image: str | None = option(
        None, "feature of --other_dataset that holds the images, of one of TFDS that has several"
    )
    other_label: str | None = option(
        None,
        "feature of --other_dataset that holds the labels, of one of TFDS that has several: where "
        "it has no test part, one is held out by them",
    )
    other_channels: Channels | None = option(
        None,
        "turn the images of --other_dataset into grey ones or RGB",
        shown_default=AS_TRAINED,
    )
    max_test_images: int | None = option(
        None,
        "measure at most this many test images of each dataset, sampled by --seed; all where not "
        "given",
        bounds=Bounds(2, 10**9),
    )
    seed: int = option(0, "samples noise, images and starts", bounds=SEED)
    again: bool = option(False, "measure anew what is there already")
    place: DataPlaceConfig = part("Data", DataPlaceConfig)

    def __post_init__(self):
        for flag, package, more in (
            ("measures", registry.MEASURES, (ALL,)),
            ("heads", registry.HEADS, ()),
        ):
            wanted = getattr(self, flag)
            require(bool(wanted), f"--{flag} must name at least one.", **{flag: wanted})
            for name in wanted:
                require_known(f"--{flag}", name, (*registry.names(package), *more))
        check_options(self)
        given = self.other_features
        require(
            self.other_dataset is not None or not given,
            "--other_dataset must be given where something is said of it.",
            **given,
        )

    @property
    def other_features(self) -> dict[str, Any]:
        """What was chosen of the other dataset, by flag."""
        chosen = {flag: getattr(self, flag) for flag in OTHER.values() if flag != "other_dataset"}
        return {flag: value for flag, value in chosen.items() if value is not None}

    def other(self) -> AppliedDataConfig:
        """The other dataset, brought to the run's size."""
        asked = {name: getattr(self, flag) for name, flag in OTHER.items()}
        return self.place.applied(**asked, resize=True)


@contextlib.contextmanager
def in_words_of_the_other() -> Iterator[None]:
    """Errors name the flags of the other dataset in place of those of a run's own."""
    try:
        yield
    except (ConfigError, RunError) as error:
        words = re.sub(rf"--({'|'.join(OTHER)})\b", r"--other_\1", str(error))
        raise type(error)(words) from None
