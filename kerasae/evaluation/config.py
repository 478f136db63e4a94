"""What is measured of a run; the flags of `kerasae.evaluate`."""

import dataclasses

from kerasae import registry
from kerasae.bounds import SEED, Bounds
from kerasae.config import option, part, require, require_known
from kerasae.data.applied_config import DataPlaceConfig
from kerasae.options import check_options

ALL = "all"


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
    other_dataset: str | None = option(None, "dataset whose images anomaly scores beside the run's")
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
