"""Tasks in workers, several at a time."""

import collections
import dataclasses
import logging
import queue
import time
from collections.abc import Callable
from typing import Any

from kerasae.config import RunError
from kerasae.wording import shown
from kerasae.workers.view import UnderWay
from kerasae.workers.worker import (
    Died,
    Ended,
    Ready,
    Refused,
    Report,
    Said,
    Task,
    Waiting,
    Worker,
)

logger = logging.getLogger(__name__)

# Workers that a task may lose, one after the other, without finishing an epoch in between.
MAX_DEATHS = 3
# Workers that may be lost, one after the other, before any was ready.
MAX_FALSE_STARTS = 3
# Bytes that a worker may hold more than after its first task.
MAX_GROWTH = 2**30
# Time is counted in steps of at most so many seconds, so that it stands still where this process
# was stopped itself.
TICK = 1.0


@dataclasses.dataclass(frozen=True)
class Done:
    """A task that ended.

    Attributes:
        task: The task.
        outcome: What became of it.
        unforeseen: The error where it failed by one that nobody foresaw.
    """

    task: Any
    outcome: Any
    unforeseen: Exception | None = None


@dataclasses.dataclass(eq=False)
class _Place:
    """A place for a task, and the worker that has it now.

    Attributes:
        worker: Replaced where it is dead, frozen or grown.
        ready: Whether it has its images.
        task: What it does; None where it is idle.
        quiet: Seconds since it said anything.
        first_memory: Bytes that it held after its first task.
        errors: Of the task, so far.
    """

    worker: Worker
    ready: bool = False
    task: Task | None = None
    quiet: float = 0.0
    first_memory: int = 0
    errors: tuple[float, ...] = ()


class Pool:
    """Workers that live on, each replaced where it must be.

    Args:
        make_worker: Makes one that puts what it says into an inbox.
        places: How many.
        patience: Seconds after which a worker that says nothing is replaced.
        show: Called with the tasks under way whenever something of them changes; with none at
            the end.
        seen: What each worker must see, as of `Ready`; None where the first one decides it.
    """

    def __init__(
        self,
        make_worker: Callable[[queue.Queue], Worker],
        places: int,
        patience: float,
        show: Callable[[list[UnderWay]], None],
        seen: dict[str, Any] | None = None,
    ):
        self.places = places
        self._make_worker, self._patience, self._show = make_worker, patience, show
        self._inbox: queue.Queue = queue.Queue()
        self._waiting: collections.deque[Task] = collections.deque()
        self._done: collections.deque[Done] = collections.deque()
        self._deaths: collections.Counter[str] = collections.Counter()
        self._false_starts = 0
        self._said: set[str] = set()
        self._seen = seen
        self._last_tick = time.monotonic()
        self._places: list[_Place] = []
        for _ in range(places):
            self._places.append(_Place(make_worker(self._inbox)))
            self._places[-1].worker.start()

    def given_up(self, task: Task, why: str) -> Any:
        """The outcome of a task that killed its workers; here that is a failure of the whole.

        Raises:
            RunError: with the reason.
        """
        raise RunError(f"{task.name} can't be done: {why}.")

    def judge(self, task: Task, errors: tuple[float, ...]) -> str | None:
        """Why a task should be stopped after an epoch; here none is."""

    def taken_away(self, task: Task) -> None:
        """Called where a task's worker was ended; the task may go on elsewhere."""

    def seen(self) -> dict:
        """What the workers see, once the first one is ready.

        Raises:
            ConfigError, RunError, OSError: where they can't work.
        """
        while self._seen is None:
            self._step()
        return self._seen

    def submit(self, task: Task) -> None:
        """Takes a task; those beyond the places wait."""
        self._waiting.append(task)
        self._dispatch()

    def next_done(self) -> Done:
        """Waits for a task to end, of one or more that were submitted.

        Raises:
            KeyboardInterrupt: after Ctrl-C.
            ConfigError, RunError, OSError: of the disk, the files or the nodes.
        """
        while not self._done:
            self._step()
        return self._done.popleft()

    def close(self) -> None:
        """Ends whatever is under way; what it has finished of that is kept on the disk."""
        for place in self._places:
            self._end_worker(place)
        self._places.clear()
        self._show_tasks()

    def _dispatch(self) -> None:
        for place in self._places:
            if self._waiting and place.ready and place.task is None:
                place.task, place.errors = self._waiting.popleft(), ()
                place.worker.give(place.task.to_send())
        self._show_tasks()

    def _show_tasks(self) -> None:
        self._show([(place.task, place.errors) for place in self._places if place.task])

    def _step(self) -> None:
        """Waits a moment for what a worker says, and looks after those that say nothing."""
        try:
            worker, message = self._inbox.get(timeout=TICK)
        except queue.Empty:
            worker, message = None, None
        now = time.monotonic()
        passed, self._last_tick = min(now - self._last_tick, TICK), now
        for place in list(self._places):
            if place.worker is worker and not self._waits_for_nobody(message):
                place.quiet = 0.0
                self._take(place, message)
                continue
            # An idle worker has nothing to say.
            place.quiet += passed if place.task or not place.ready else 0.0
            if place.quiet > self._patience:
                self._lost(place, f"no progress for {self._patience:g} seconds")

    def _waits_for_nobody(self, message) -> bool:
        """Whether a worker waits for a place while no other one works."""
        return isinstance(message, Waiting) and not any(place.ready for place in self._places)

    def _take(self, place: _Place, message) -> None:
        """What a worker said."""
        if isinstance(message, Said):
            if message.text not in self._said:  # Each worker says the same of the images.
                self._said.add(message.text)
                whose = f"{place.task.name}: " if place.task else ""
                logger.log(message.level, "%s%s", whose, message.text)
        elif isinstance(message, Ready):
            self._require_same(message.seen)
            place.ready, self._false_starts = True, 0
            self._dispatch()
        elif isinstance(message, Report):
            place.errors = tuple(message.errors)
            self._deaths.pop(place.task.name, None)
            place.worker.answer(self.judge(place.task, place.errors))
            self._show_tasks()
        elif isinstance(message, Ended):
            unforeseen = message.unforeseen and RuntimeError(message.unforeseen)
            self._finish(place, Done(place.task, message.outcome, unforeseen))
            place.first_memory = place.first_memory or message.memory
            if message.memory > place.first_memory + MAX_GROWTH:
                self._replace(place)
            self._dispatch()
        elif isinstance(message, Refused):
            if place.task:
                logger.warning("%s can't go on", place.task.name)
            raise message.error
        elif isinstance(message, Died):
            self._lost(place, message.reason)

    def _require_same(self, seen: dict) -> None:
        first = self._seen = self._seen or seen
        for name in first:
            if first[name] != seen[name]:
                raise RunError(
                    f"A worker sees something else: {name} was {shown(first[name])} before and is "
                    f"{shown(seen[name])} now."
                )

    def _lost(self, place: _Place, reason: str) -> None:
        """Replaces a worker that is dead or frozen; its task goes on, or is given up."""
        task = place.task
        if not place.ready:
            self._false_starts += 1
            if self._false_starts >= MAX_FALSE_STARTS:
                raise RunError(f"{self._false_starts} workers in a row didn't start: {reason}.")
        self._replace(place)
        if task is None:
            return
        self._deaths[task.name] += 1
        deaths = self._deaths[task.name]
        if deaths < MAX_DEATHS:
            logger.warning("%s lost its worker, and goes on with another: %s", task.name, reason)
            self._waiting.appendleft(task)
            self._dispatch()
        else:
            why = (
                f"it lost {deaths} workers in a row without getting any further; the last: {reason}"
            )
            self._done.append(Done(task, self.given_up(task, why)))

    def _finish(self, place: _Place, done: Done) -> None:
        self._deaths.pop(done.task.name, None)
        self._done.append(done)
        place.task = None

    def _replace(self, place: _Place) -> None:
        self._end_worker(place)
        place.worker = self._make_worker(self._inbox)
        place.ready, place.quiet, place.first_memory = False, 0.0, 0
        place.worker.start()

    def _end_worker(self, place: _Place) -> None:
        """Ends a worker; that is no fault of its task, or counted here already."""
        place.worker.end()
        if place.task:
            self.taken_away(place.task)
        place.task = None
