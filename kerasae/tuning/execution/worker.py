"""What trains trials elsewhere: one after the other, for as long as it lives.

A worker is started, says that it is ready and what it sees, takes a proposal,
reports each epoch, and says how the trial ended. All that it says goes into the
pool's inbox, so that a pool needn't know where a worker runs.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

from kerasae.run_config import RunConfig
from kerasae.tuning.record import Trial
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig

if TYPE_CHECKING:
    from kerasae.tuning.oracle import Proposal


@dataclasses.dataclass(frozen=True)
class Work:
    """What all trials of a search share.

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


@dataclasses.dataclass(frozen=True)
class Ready:
    """It has its images.

    Attributes:
        seen: Version of kerasae and facts about the images, by name; the same for all workers.
    """

    seen: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Alive:
    """Steps go on, or images are loaded."""


@dataclasses.dataclass(frozen=True)
class Waiting:
    """It waits for a place to run in; that may be long, and is no fault while others work."""


@dataclasses.dataclass(frozen=True)
class Said:
    """Something for people.

    Attributes:
        level: Of `logging`.
        text: One line.
    """

    level: int
    text: str


@dataclasses.dataclass(frozen=True)
class Report:
    """An epoch has ended; the worker waits for `answer`.

    Attributes:
        errors: Validation error after each epoch so far.
    """

    errors: list[float]


@dataclasses.dataclass(frozen=True)
class Ended:
    """The trial has ended.

    Attributes:
        trial: What became of it.
        unforeseen: The error where it failed by one that nobody foresaw.
        memory: Bytes that the worker holds now.
    """

    trial: Trial
    unforeseen: str | None
    memory: int


@dataclasses.dataclass(frozen=True)
class Refused:
    """No fault of a candidate: a full disk, images that can't be read.

    Attributes:
        error: Raised by the search.
    """

    error: Exception


@dataclasses.dataclass(frozen=True)
class Died:
    """It is gone, and said no more.

    Attributes:
        reason: A signal, lack of memory, or an exit code with its last words.
    """

    reason: str


class Worker(Protocol):
    """One worker; whatever it says is put into the pool's inbox as `(worker, message)`."""

    def start(self) -> None:
        """Begins to start; `Ready`, `Refused` or `Died` follows."""

    def give(self, proposal: "Proposal") -> None:
        """Gives an idle worker a trial; `Ended`, `Refused` or `Died` follows."""

    def answer(self, stop: str | None) -> None:
        """Answers a `Report`: why the trial should be stopped, None where it should go on."""

    def end(self) -> None:
        """Ends it at once, whatever it does; nothing of it is left when this returns."""
