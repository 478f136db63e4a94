"""Which experiment is repeated, and what is done otherwise; the flags of `kerasae.reproduce`."""

import dataclasses

from kerasae.bounds import COUNT, EPOCHS, SEED
from kerasae.config import FilePath, option, require_known
from kerasae.options import check_options, require_seeds
from kerasae.published import experiments
from kerasae.run_config import RunConfig


@dataclasses.dataclass(frozen=True)
class ReproductionConfig:
    """A published experiment, once for each seed."""

    experiment: str | None = option(
        None,
        lambda: f"which experiment: {', '.join(experiments.names())}",
        group="Experiment",
        required=True,
    )
    seeds: tuple[int, ...] = option(
        (0,),
        "one whole experiment a seed; with several, each in a folder seed-N, and a table with mean "
        "and spread",
        bounds=SEED,
        group="Experiment",
    )
    dataset: str | None = option(None, "another dataset; digits needs no download")
    data_dir: FilePath | None = option(None, "folder of TFDS datasets")
    epochs: int | None = option(None, "another number of epochs", bounds=EPOCHS)
    max_examples: int | None = option(None, "train on fewer images", bounds=COUNT)

    def __post_init__(self):
        check_options(self)
        require_known("--experiment", self.experiment, experiments.names())
        require_seeds("seeds", self.seeds)

    def runs(self) -> dict[int, RunConfig]:
        """Settings of a run by its seed.

        Raises:
            ConfigError: for an override that can't be.
        """
        overrides = {
            name: getattr(self, name) for name in ("dataset", "data_dir", "epochs", "max_examples")
        }
        experiment = experiments.load(self.experiment)
        return {seed: experiment.config(seed, overrides) for seed in self.seeds}
