"""Trials in workers, several at a time."""

import collections
import dataclasses
import logging
import queue
import time
from collections.abc import Callable

from kerasae.config import RunError
from kerasae.tuning.execution import Finished, Judge
from kerasae.tuning.execution.worker import (
    Died,
    Ended,
    Ready,
    Refused,
    Report,
    Said,
    Waiting,
    Worker,
)
from kerasae.tuning.oracle import Proposal
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.trial import failed
from kerasae.wording import shown

logger = logging.getLogger(__name__)

# Workers that a trial may lose, one after the other, without finishing an epoch.
MAX_DEATHS = 3
# Workers that may be lost, one after the other, before any was ready.
MAX_FALSE_STARTS = 3
# Bytes that a worker may hold more than after its first trial.
MAX_GROWTH = 2**30
# Time is counted in steps of at most so many seconds, so that it stands still where this process
# was stopped itself.
TICK = 1.0


# A trial that a worker has, and its errors so far.
UnderWay = tuple[Proposal, tuple[float, ...]]


@dataclasses.dataclass(eq=False)
class _Place:
    """A place for a trial, and the worker that has it now.

    Attributes:
        worker: Replaced where it is dead, frozen or grown.
        ready: Whether it has its images.
        proposal: What it trains; None where it is idle.
        quiet: Seconds since it said anything.
        first_memory: Bytes that it held after its first trial.
        errors: Of the trial, so far.
    """

    worker: Worker
    ready: bool = False
    proposal: Proposal | None = None
    quiet: float = 0.0
    first_memory: int = 0
    errors: tuple[float, ...] = ()


class Pool:
    """As `Execution`: workers that live on, each replaced where it must be.

    Args:
        make_worker: Makes one that puts what it says into an inbox.
        places: How many.
        folder: The search's directory.
        patience: Seconds after which a worker that says nothing is replaced.
        show: Called with the trials under way whenever something of them changes; closed at the
            end.

    Attributes:
        judge: Says which trial should be stopped; set by `judged_by`.
    """

    judge: Judge

    def __init__(
        self,
        make_worker: Callable[[queue.Queue], Worker],
        places: int,
        folder: SearchDir,
        patience: float,
        show: Callable[[list[UnderWay]], None],
    ):
        self.places = places
        self._make_worker, self._folder, self._patience, self._show = (
            make_worker, folder, patience, show,
        )  # fmt: skip
        self._inbox: queue.Queue = queue.Queue()
        self._waiting: collections.deque[Proposal] = collections.deque()
        self._finished: collections.deque[Finished] = collections.deque()
        self._deaths: collections.Counter[int] = collections.Counter()
        self._false_starts = 0
        self._said: set[str] = set()
        self._seen: dict | None = None
        self._last_tick = time.monotonic()
        self._places: list[_Place] = []
        for _ in range(places):
            self._places.append(_Place(make_worker(self._inbox)))
            self._places[-1].worker.start()

    def seen(self) -> dict:
        """What the workers see, once the first one is ready.

        Raises:
            ConfigError, RunError, OSError: where they can't work.
        """
        while self._seen is None:
            self._step()
        return self._seen

    def judged_by(self, judge: Judge) -> "Pool":
        """The pool itself, whose trials are judged so from now on."""
        self.judge = judge
        return self

    def submit(self, proposal: Proposal) -> None:
        """As in `Execution`."""
        self._waiting.append(proposal)
        self._dispatch()

    def next_finished(self) -> Finished:
        """As in `Execution`."""
        while not self._finished:
            self._step()
        return self._finished.popleft()

    def close(self) -> None:
        """As in `Execution`."""
        for place in self._places:
            self._end_worker(place)
        self._places.clear()
        self._show_trials()

    def _dispatch(self) -> None:
        for place in self._places:
            if self._waiting and place.ready and place.proposal is None:
                place.proposal, place.errors = self._waiting.popleft(), ()
                # What Keras Tuner has of it is of no use elsewhere.
                place.worker.give(dataclasses.replace(place.proposal, handle=None))
        self._show_trials()

    def _show_trials(self) -> None:
        self._show([(p.proposal, p.errors) for p in self._places if p.proposal])

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
            place.quiet += passed if place.proposal or not place.ready else 0.0
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
                logger.log(message.level, "%s", message.text)
        elif isinstance(message, Ready):
            self._require_same(message.seen)
            place.ready, self._false_starts = True, 0
            self._dispatch()
        elif isinstance(message, Report):
            place.errors = tuple(message.errors)
            self._deaths.pop(place.proposal.number, None)
            place.worker.answer(self.judge(place.proposal, place.errors))
            self._show_trials()
        elif isinstance(message, Ended):
            unforeseen = message.unforeseen and RuntimeError(message.unforeseen)
            self._finish(place, Finished(place.proposal, message.trial, unforeseen))
            place.first_memory = place.first_memory or message.memory
            if message.memory > place.first_memory + MAX_GROWTH:
                self._replace(place)
            self._dispatch()
        elif isinstance(message, Refused):
            raise message.error
        elif isinstance(message, Died):
            self._lost(place, message.reason)

    def _require_same(self, seen: dict) -> None:
        first = self._seen = self._seen or seen
        for name in first:
            if first[name] != seen[name]:
                raise RunError(
                    f"Two workers see not the same: {name} is {shown(first[name])} for the first "
                    f"and {shown(seen[name])} for another."
                )

    def _lost(self, place: _Place, reason: str) -> None:
        """Replaces a worker that is dead or frozen; its trial is trained on, or given up."""
        proposal = place.proposal
        if not place.ready:
            self._false_starts += 1
            if self._false_starts >= MAX_FALSE_STARTS:
                raise RunError(f"{self._false_starts} workers in a row didn't start: {reason}.")
        self._replace(place)
        if proposal is None:
            return
        self._deaths[proposal.number] += 1
        deaths = self._deaths[proposal.number]
        if deaths < MAX_DEATHS:
            logger.warning(
                "trial %s lost its worker, and goes on with another: %s", proposal.trial_id, reason
            )
            self._waiting.appendleft(proposal)
            self._dispatch()
        else:
            why = (
                f"it lost {deaths} workers in a row without finishing an epoch; the last: {reason}"
            )
            self._finished.append(Finished(proposal, failed(self._folder, proposal, why)))

    def _finish(self, place: _Place, finished: Finished) -> None:
        self._deaths.pop(finished.proposal.number, None)
        self._finished.append(finished)
        place.proposal = None

    def _replace(self, place: _Place) -> None:
        self._end_worker(place)
        place.worker = self._make_worker(self._inbox)
        place.ready, place.quiet, place.first_memory = False, 0.0, 0
        place.worker.start()

    def _end_worker(self, place: _Place) -> None:
        """Ends a worker; that is no fault of its trial, or counted here already."""
        place.worker.end()
        if place.proposal:
            self._folder.attempts(place.proposal.trial_id).unlink(missing_ok=True)
        place.proposal = None
