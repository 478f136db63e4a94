"""What does tasks elsewhere: one after the other, for as long as it lives.

A worker is started, says that it is ready and what it sees, takes a task,
reports each epoch where it has some, and says how the task ended. All that it
says goes into the pool's inbox, so that a pool needn't know where a worker runs.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kerasae.config import ConfigError, RunError


class Task(Protocol):
    """Something to be done by a worker; it can be pickled.

    Attributes:
        name: For people, `trial 0003`; no other task has it.
    """

    name: str

    def to_send(self) -> "Task":
        """The task without what is of no use elsewhere."""

    def progress(self, errors: Sequence[float]) -> str:
        """How far it is, for people, of its errors after each epoch so far."""


# Does a task; gives what became of it, and the error where that was one that nobody foresaw.
Do = Callable[[Any], tuple[Any, Exception | None]]


class Work(Protocol):
    """What all tasks of a pool share; it can be pickled, and imports no TensorFlow.

    Attributes:
        threads: Threads that a worker may use.
    """

    threads: int

    def opened(
        self, alive: Callable[[], None], report: Callable[[Sequence[float]], str | None]
    ) -> contextlib.AbstractContextManager[tuple[dict[str, Any], Do]]:
        """In a worker's process: what it sees, as of `Ready`, and what does its tasks.

        Args:
            alive: To be called while steps go on.
            report: To be called after each epoch, with all errors so far; says why the task
                should be stopped, if it should.
        """

    def at(self, folder: Path) -> "Work":
        """The same for a machine that shares no disk with this one.

        Args:
            folder: A new one there, for whatever it needs.
        """

    def files(self, task: Any) -> tuple[Path, ...]:
        """What a task goes on from, in the order in which it is written; may not be there."""

    def drop(self, task: Any) -> None:
        """Removes the files of a task that has ended, on a machine of a cluster."""


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
    """The task has ended.

    Attributes:
        outcome: What became of it.
        unforeseen: The error where it failed by one that nobody foresaw.
        memory: Bytes that the worker holds now.
    """

    outcome: Any
    unforeseen: str | None
    memory: int


@dataclasses.dataclass(frozen=True)
class Refused:
    """No fault of a task: a full disk, images that can't be read.

    Attributes:
        error: Raised by the pool.
    """

    error: Exception


def plain_error(error: RunError | ConfigError | OSError) -> RunError | ConfigError | OSError:
    """An error as it is sent: of a class that no TensorFlow is imported for, with a file's name."""
    kind = next(kind for kind in (RunError, ConfigError, OSError) if isinstance(error, kind))
    return kind(str(error))


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

    def give(self, task: Any) -> None:
        """Gives an idle worker a task; `Ended`, `Refused` or `Died` follows."""

    def answer(self, stop: str | None) -> None:
        """Answers a `Report`: why the task should be stopped, None where it should go on."""

    def end(self) -> None:
        """Ends it at once, whatever it does; nothing of it is left when this returns."""
