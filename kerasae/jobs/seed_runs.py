"""Runs that differ in their seeds, several at a time, each by a worker."""

import contextlib
import dataclasses
import functools
import importlib
import logging
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasae.config import ConfigError, RunError
from kerasae.data.sources import arrays
from kerasae.run_config import RunConfig
from kerasae.run_dir import RunDir
from kerasae.runs.metrics import Metrics
from kerasae.verbs.reproduce import ReproductionPlan
from kerasae.verbs.train import TrainingPlan
from kerasae.workers.beating import beating
from kerasae.workers.config import LocalWorkersConfig
from kerasae.workers.local_worker import LocalWorker
from kerasae.workers.pool import Pool
from kerasae.workers.view import View
from kerasae.workers.worker import Do, plain_error

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class SeedRun:
    """One of them, as a task.

    Attributes:
        config: What to run.
        run: Its directory.
        of: What has the seeds, where there is more than one.
    """

    config: RunConfig
    run: RunDir
    of: str = ""

    @property
    def seed(self) -> int:
        """Its seed."""
        return self.config.training.seed

    @property
    def name(self) -> str:
        """As of `Task`."""
        return f"{self.of}, seed {self.seed}" if self.of else f"seed {self.seed}"

    def to_send(self) -> "SeedRun":
        """As of `Task`."""
        return self

    def progress(self, errors: Sequence[float]) -> str:
        """As of `Task`."""
        error = f" {errors[-1]:.5f}" if errors else ""
        return f"{self.name} epoch {len(errors)}/{self.config.training.epochs}{error}"


@dataclasses.dataclass(frozen=True)
class Failed:
    """The outcome of a run that failed; the others go on.

    Attributes:
        error: To be raised when all have ended.
    """

    error: RunError | ConfigError | OSError


@dataclasses.dataclass(frozen=True)
class SeedWork:
    """As `Work`, on this machine.

    Attributes:
        verb: `train` or `reproduce`: a module here with a function of its name.
        command: The command line, for the record.
        threads: Threads that a worker may use.
        options: More arguments of the function.
        arrays: Sources that only the caller has, see `data/sources/arrays.py`.
    """

    verb: str
    command: list[str]
    threads: int
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    arrays: tuple[Any, ...] = ()

    @contextlib.contextmanager
    def opened(
        self, alive: Callable[[], None], report: Callable[[Sequence[float]], str | None]
    ) -> Iterator[tuple[dict[str, Any], Do]]:
        """As in `Work`: each run opens its images itself."""
        from kerasae.training.callbacks import TrainingCallback

        class Epochs(TrainingCallback):
            """Reports the errors after each epoch."""

            def on_row(self, rows):
                report([row.error for row in rows])

        function = getattr(importlib.import_module(f"kerasae.jobs.{self.verb}"), self.verb)

        def do(task: SeedRun):
            with arrays.given(*self.arrays), beating(alive):
                callbacks = [Epochs()]
                try:
                    return function(
                        task.run, task.config, self.command, callbacks=callbacks, **self.options
                    ), None
                except (RunError, ConfigError, OSError) as error:
                    return Failed(plain_error(error)), None

        yield {}, do

    def at(self, folder: Path) -> "SeedWork":
        """As in `Work`; a run's directory is on this machine."""
        raise NotImplementedError

    def files(self, task: SeedRun) -> tuple[Path, ...]:
        """As in `Work`: they lie in the run's directory."""
        return ()

    def drop(self, task: SeedRun) -> None:
        """As in `Work`."""


class SeedPool(Pool):
    """A pool in which a run that kills its workers fails like any other."""

    def given_up(self, task: SeedRun, why: str) -> Failed:
        return Failed(RunError(f"{task.name} can't be done: {why}."))


def train(plan: TrainingPlan, done: Container[int], command: list[str]) -> dict[int, Metrics]:
    """Trains the runs that aren't done; gives what they reached by seed, see `in_workers`."""
    options = {
        "resume": True,  # Whether it may be was asked before; a worker goes on for one that died.
        "init_from": plan.init_from,
        "tensorboard": plan.config.tensorboard,
    }
    work = SeedWork("train", command, plan.workers.threads, options, arrays.all_given())
    runs = [SeedRun(*one) for one in plan.runs if one[0].training.seed not in done]
    return dict(zip([run.seed for run in runs], in_workers(work, runs, plan.workers), strict=True))


def reproduce(plan: ReproductionPlan, command: list[str]) -> list[Path]:
    """Repeats an experiment with each seed; gives the pages, see `in_workers`."""
    work = SeedWork("reproduce", command, plan.workers.threads, {}, arrays.all_given())
    return in_workers(work, [SeedRun(*one) for one in plan.runs.values()], plan.workers)


def in_workers(work: SeedWork, runs: Sequence[SeedRun], config: LocalWorkersConfig) -> list[Any]:
    """What the function gave for each run; one that loses its worker goes on.

    Raises:
        KeyboardInterrupt: after Ctrl-C.
        ConfigError, RunError, OSError: of the first that fails, when all others have ended; where
            no worker can work, at once.
    """
    places = min(config.workers, len(runs))
    make_worker = functools.partial(LocalWorker, work, gpus=config.gpus)
    pool = SeedPool(make_worker, places, config.worker_patience, View(places))
    found, failures = {}, []
    with contextlib.closing(pool):
        for run in runs:
            pool.submit(run)
        for _ in runs:
            done = pool.next_done()
            found[done.task.name] = done.outcome
            if isinstance(done.outcome, Failed):
                logger.warning("%s failed: %s", done.task.name, done.outcome.error)
                failures.append(done.outcome.error)
    if failures:
        raise failures[0]
    return [found[run.name] for run in runs]
