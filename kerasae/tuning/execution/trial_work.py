"""A search's trials as the work of a pool."""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kerasae.run_config import RunConfig
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig
from kerasae.workers.worker import Do


@dataclasses.dataclass(frozen=True)
class TrialWork:
    """As `Work`.

    Attributes:
        search: The search's settings.
        base: The settings of its runs, for its images and their seed.
        folder: The search's directory.
        threads: Threads that a training may use.
        arrays: Sources that only the caller has, see `data/sources/arrays.py`.
        shared: Whether the images are decoded once for all workers of a machine, as of
            `pipeline.load`.
    """

    search: SearchConfig
    base: RunConfig
    folder: SearchDir
    threads: int
    arrays: tuple[Any, ...] = ()
    shared: bool = False

    @contextlib.contextmanager
    def opened(
        self, alive: Callable[[], None], report: Callable[[Sequence[float]], str | None]
    ) -> Iterator[tuple[dict[str, Any], Do]]:
        """As in `Work`."""
        from kerasae.data import pipeline
        from kerasae.data.sources import arrays
        from kerasae.training.callbacks import TrainingCallback
        from kerasae.training.garbage import gc_frozen
        from kerasae.tuning.execution.here import Here
        from kerasae.tuning.trial import Trainer, seen

        class Beat(TrainingCallback):
            """Says that steps go on."""

            def on_train_batch_end(self, batch, logs=None):
                alive()

        with arrays.given(*self.arrays):
            source = pipeline.open_source(self.base.data)
            trainer = Trainer.load(self.search, self.folder, self.base, source, Beat, self.shared)
        here = Here(trainer, lambda _, errors: report(errors))

        def do(proposal):
            here.submit(proposal)
            finished = here.next_finished()
            return finished.trial, finished.unforeseen

        with gc_frozen():
            yield seen(trainer.data), do

    def at(self, folder: Path) -> "TrialWork":
        """As in `Work`; the images are shared by the workers of a node."""
        return dataclasses.replace(self, folder=SearchDir(folder), shared=True)

    def files(self, task: Proposal) -> tuple[Path, ...]:
        """As in `Work`: in the order of a training, so that a kill in between leaves its traces."""
        run = self.folder.trial(task.trial_id)
        return run.history, run.best_model, run.model

    def drop(self, task: Proposal) -> None:
        """As in `Work`."""
        shutil.rmtree(self.folder.trial(task.trial_id).path, ignore_errors=True)
