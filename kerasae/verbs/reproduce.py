"""Settings of `reproduce`, and the runs that they ask for."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data.dataset_name import DatasetName
from kerasae.published.config import ReproductionConfig
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, seeds
from kerasae.runs.guard import require_trainable
from kerasae.verbs.train import define_workers
from kerasae.workers.config import LocalWorkersConfig


@dataclasses.dataclass(frozen=True)
class ReproductionPlan:
    """An experiment to be repeated.

    Attributes:
        experiment: Its name.
        top: The run's directory, or of several seeds the folder of theirs.
        runs: Settings and directory by seed.
        workers: Who does several seeds.
    """

    experiment: str
    top: Path
    runs: dict[int, tuple[RunConfig, RunDir]]
    workers: LocalWorkersConfig

    @property
    def folders(self) -> dict[str, list[RunDir]]:
        """The directories of several seeds, by the name that their row has in a table."""
        return {self.experiment: [run for _, run in self.runs.values()]}


def define(line: CommandLine) -> None:
    """Adds the settings of `reproduce`."""
    place = "runs/EXPERIMENT or runs/EXPERIMENT-DATASET"
    line.add_dataclass("Overrides", ReproductionConfig)
    define_workers(line)
    line.add_path("Experiment", "run_dir", None, "folder for everything", place)


def plan(line: CommandLine) -> ReproductionPlan:
    """A run a seed, all of them checked before the first is trained.

    Raises:
        ConfigError: for settings, or a directory, that can't be.
    """
    config = line.make(ReproductionConfig)
    name, several = config.experiment, len(config.seeds) > 1
    dataset = f"-{DatasetName.parse(config.dataset).path_part}" if config.dataset else ""
    top = Path(line["run_dir"] or f"runs/{name}{dataset}")
    runs = {
        seed: (run_config, RunDir(seeds.folder(top, seed) if several else top))
        for seed, run_config in config.runs().items()
    }
    for run_config, run in runs.values():
        checks.check_image_size(run_config)
        require_trainable(run, run_config, resume=True)
    workers = line.make(LocalWorkersConfig)
    workers.check()
    require(
        several or not workers.apart,
        "--workers and --threads_per_worker go with several --seeds.",
        workers=workers.workers,
        seeds=config.seeds,
    )
    return ReproductionPlan(name, top, runs, workers)
