"""How many workers there are, where, and what each of them may use."""

import dataclasses
import os

from kerasae.bounds import COUNT, MEMORY_MB, Bounds
from kerasae.cluster.room import Need
from kerasae.config import option, require
from kerasae.options import check_options
from kerasae.workers import gpus
from kerasae.workers.gpus import Gpus


@dataclasses.dataclass(frozen=True)
class LocalWorkersConfig:
    """The flags of a pool on this machine."""

    workers: int = option(
        1, "do so many tasks at a time, each in a process of its own that opens the images once; 1 "
        "does them in this process", bounds=COUNT, group="Workers",
    )  # fmt: skip
    threads_per_worker: int | None = option(
        None, "threads that a worker computes with; where not given, the cores divided by "
        "--workers; with it, --workers=1 is a process of its own, too",
        bounds=COUNT, group="Workers",
    )  # fmt: skip
    gpus_per_worker: int | None = option(
        None, "GPUs that a worker has for itself", bounds=Bounds(0, 64), group="Workers",
        shown_default="those of this machine divided by --workers; on a cluster none",
    )  # fmt: skip
    worker_patience: int = option(
        600,
        "replace a worker that makes no step for so many seconds",
        bounds=COUNT,
        group="Workers",
    )

    def __post_init__(self):
        check_options(self)

    @property
    def apart(self) -> bool:
        """Whether tasks are done in processes of their own."""
        return self.workers > 1 or self.threads_per_worker is not None

    @property
    def threads(self) -> int:
        """Threads of each such process."""
        return self.threads_per_worker or max(1, available_cores() // self.workers)

    @property
    def gpus(self) -> Gpus:
        """What workers of this machine borrow GPUs from."""
        names, each = gpus.visible(), self.gpus_per_worker
        return Gpus(names, len(names) // self.workers if each is None else each)

    def check(self) -> None:
        """Raises ConfigError for more than this process may use, of cores or of GPUs."""
        cores, threads = available_cores(), self.threads_per_worker or 1
        require(
            self.workers * threads <= cores,
            f"--workers times --threads_per_worker must be {cores} or less: so many cores there "
            "are.",
            workers=self.workers,
            threads_per_worker=self.threads_per_worker,
        )
        each = self.gpus_per_worker
        require(
            self.apart or each is None,
            "--gpus_per_worker goes with --workers=2 or more, or with --threads_per_worker.",
            gpus_per_worker=each,
        )
        if self.apart:
            there = len(gpus.visible())
            require(
                self.workers * (each or 0) <= there,
                f"--workers times --gpus_per_worker must be {there} or less: so many GPUs there "
                "are.",
                workers=self.workers,
                gpus_per_worker=each,
            )
            require(
                each is not None or there == 0 or self.workers <= there,
                f"--workers must be {there} or less, a GPU for each, or --gpus_per_worker=0 must "
                "be given, for workers that compute on the processor.",
                workers=self.workers,
            )


@dataclasses.dataclass(frozen=True)
class WorkersConfig(LocalWorkersConfig):
    """The same of a pool whose workers may be on a cluster."""

    ray: str | None = option(
        None, "run the workers on a cluster of Ray's that runs already: auto (of this machine), "
        "HOST:PORT (from one of its nodes) or ray://HOST:PORT (from anywhere); --workers=1 is a "
        "worker there, too, and each has --threads_per_worker CPUs, 1 where not given; nodes read "
        "images from their own --data_dir", group="Workers",
    )  # fmt: skip
    memory_per_worker_mb: int = option(
        0, "MiB of memory that a worker on a cluster is given room for; 0 states none",
        bounds=MEMORY_MB, group="Workers",
    )  # fmt: skip

    @property
    def apart(self) -> bool:
        return super().apart or self.ray is not None

    @property
    def threads(self) -> int:
        return super().threads if self.ray is None else self.threads_per_worker or 1

    @property
    def need(self) -> Need:
        """What each worker needs of a cluster."""
        return Need(self.threads, self.gpus_per_worker or 0, self.memory_per_worker_mb)

    def check(self) -> None:
        """The same; those of a cluster are counted when it is reached."""
        if self.ray is not None:
            require(bool(self.ray), "--ray must be auto or an address.", ray=self.ray)
            return
        memory = self.memory_per_worker_mb
        require(not memory, "--memory_per_worker_mb goes with --ray.", memory_per_worker_mb=memory)
        super().check()


def available_cores() -> int:
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Only Linux knows.
        return os.cpu_count() or 1
