"""How runs are trained beside what they compute; flags of `kerasae.train`."""

import dataclasses

from kerasae.bounds import SEED
from kerasae.config import FilePath, check_options, option, require_seeds


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """Where and how runs are trained; what they compute is a `RunConfig`."""

    run_dir: FilePath | None = option(
        None,
        "folder for everything that the run makes",
        shown_default="runs/DATASET-MODEL-seed-SEED",
    )
    resume: bool = option(False, "go on with the run in --run_dir; starts it where there is none")
    seeds: tuple[int, ...] = option(
        (),
        "train once with each of these seeds, in --run_dir/seed-N, and write a table with mean "
        "and spread; in place of --seed",
        bounds=SEED,
    )
    mirrored: bool = option(
        False, "train on all GPUs of this machine, each on its share of every batch"
    )
    tensorboard: bool = option(
        False,
        "write scalars, reconstructions and, at the end, codes of test images for TensorBoard into "
        "the run's folder tensorboard/",
    )
    summary: bool = option(
        False,
        "show the model with shapes and parameters, both directions of tied layers too, and stop: "
        "nothing is written",
    )

    def __post_init__(self):
        check_options(self)
        if self.seeds:
            require_seeds("seeds", self.seeds)
