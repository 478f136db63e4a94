"""What is encoded with what, and how, as flags say it; without TensorFlow."""

import dataclasses

from kerasae.bounds import Bounds
from kerasae.config import option
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.options import check_options
from kerasae.run_dir import RunDir


@dataclasses.dataclass(frozen=True)
class EncodingConfig:
    """How a dataset is encoded."""

    rows_per_part: int = option(
        10_000, "images of each Parquet file, of which one is in memory at a time",
        bounds=Bounds(1, 10**7),
    )  # fmt: skip

    def __post_init__(self):
        check_options(self)


@dataclasses.dataclass(frozen=True)
class EncodingInput:
    """What is encoded with what.

    Attributes:
        run: The finished run whose encoder is applied; None where an exported one is.
        artefact: The exported encoder, where `run` is None.
        trained_on: Its dataset, where it is known.
        data: The dataset.
    """

    run: RunDir | None
    artefact: ArtefactConfig
    trained_on: str | None
    data: AppliedDataConfig
