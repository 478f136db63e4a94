"""How runs are trained beside what they compute; flags of `kerasae.train`."""

import dataclasses

from kerasae.bounds import SEED
from kerasae.config import FilePath, option
from kerasae.options import check_options, require_seeds


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
    init_from: FilePath | None = option(
        None,
        "begin with the weights of a model of the same layers in place of random ones: those of a "
        "finished run, of a version folder of kerasae.export, or of a .keras file",
        shown_default="random weights",
    )
    mirrored: bool = option(
        False, "train on all GPUs of this machine, each on its share of every batch"
    )
    tensorboard: bool = option(
        False,
        "write scalars, reconstructions and, at the end, codes of test images for TensorBoard into "
        "the run's folder tensorboard/",
    )

    def __post_init__(self):
        check_options(self)
        if self.seeds:
            require_seeds("seeds", self.seeds)
