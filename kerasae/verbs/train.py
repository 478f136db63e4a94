"""Settings of `train`, and the runs that they stand for."""

import dataclasses
import logging
from pathlib import Path

from kerasae import run_flags
from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data import sources
from kerasae.data.dataset_name import DatasetName
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, metrics, outputs, record, seeds
from kerasae.runs.guard import require_trainable
from kerasae.runs.metrics import Metrics
from kerasae.training.config import TrainConfig
from kerasae.verbs import initial_weights
from kerasae.workers.config import LocalWorkersConfig

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class TrainingPlan:
    """Runs to be trained.

    Attributes:
        config: Where and how.
        init_from: The `.keras` file with the weights that they begin with; None for random ones.
        top: The run's directory, or of several seeds the folder of theirs.
        runs: Settings and directory of each.
        workers: Who trains several seeds.
    """

    config: TrainConfig
    init_from: Path | None
    top: Path
    runs: tuple[tuple[RunConfig, RunDir], ...]
    workers: LocalWorkersConfig

    def finished(self) -> dict[int, Metrics]:
        """What the runs reached of which nothing is left to do, by seed; read without TensorFlow.

        Raises:
            ConfigError: where there are other images now than one of them is of.
            RunError: where images, or the numbers of one, are damaged.
        """
        over = {
            config.training.seed: run
            for config, run in self.runs
            if self.config.resume
            and run.finished
            and outputs.are_there(run, self.config.tensorboard)
        }
        if not over:
            return {}
        images = sources.open_source(self.runs[0][0].data).spec
        for run in over.values():
            record.require_same_to_go_on(run, images)
            logger.info("%s is already finished.", run.path)
        return {seed: metrics.read(run) for seed, run in over.items()}

    def write_table(self, by_seed: dict[int, Metrics]) -> str:
        """Writes the table of several seeds; returns it as Markdown."""
        rows = {seed: dataclasses.asdict(reached) for seed, reached in by_seed.items()}
        return seeds.write_table(self.top / "seeds", seeds.TRAINING_COLUMNS, rows)


def define(line: CommandLine) -> None:
    """Adds the settings of `train`."""
    line.add_dataclass("Run", TrainConfig)
    define_workers(line)
    run_flags.define(line)


def define_workers(line: CommandLine) -> None:
    """Adds the settings of workers for several seeds."""
    line.add_dataclass("Workers", LocalWorkersConfig)
    line.explain("workers", "do so many seeds at a time, each in a process of its own; 1 does one "
                 "after the other in this process")  # fmt: skip
    # Exports and readouts have no steps that could be counted.
    line.explain("worker_patience", "replace a worker whose process stands still, as a stopped one "
                 "does, for so many seconds")  # fmt: skip


def plan(line: CommandLine) -> TrainingPlan:
    """One run, or one a seed, all of them checked before the first is trained.

    Raises:
        ConfigError: for settings, or a directory, that can't be.
    """
    config = line.make(TrainConfig)
    require(
        not (config.seeds and line.given("seed")),
        "--seed and --seeds can't be given together.",
        seed=line["seed"],
        seeds=config.seeds,
    )
    first = run_flags.read(line)
    top = Path(config.run_dir or _default_place(first, several=bool(config.seeds)))
    runs = [(first, RunDir(top))]
    if config.seeds:
        runs = [
            (run_flags.read(line, seed=seed), RunDir(seeds.folder(top, seed)))
            for seed in config.seeds
        ]
    workers = line.make(LocalWorkersConfig)
    workers.check()
    require(
        not workers.apart or (bool(config.seeds) and not config.mirrored),
        "--workers and --threads_per_worker go with --seeds, and not with --mirrored.",
        workers=workers.workers,
        seeds=config.seeds,
        mirrored=config.mirrored,
    )
    init_from = initial_weights.find(config.init_from)
    for run_config, run in runs:
        checks.check_image_size(run_config)
        require_trainable(run, run_config, config.resume)
    return TrainingPlan(config, init_from, top, tuple(runs), workers)


def model_plan(line: CommandLine) -> RunConfig:
    """The settings of the only run, or the first one, of which the model alone is wanted.

    Raises:
        ConfigError: for settings that can't be.
    """
    config = run_flags.read(line)
    checks.check_image_size(config)
    return config


def _default_place(config: RunConfig, several: bool) -> str:
    """The run directory where none is given."""
    name = f"{DatasetName.parse(config.data.dataset).path_part}-{config.model}"
    return f"runs/{name}-seeds" if several else f"runs/{name}-seed-{config.training.seed}"
