"""Workers of a search whose trials sleep: what is left is what the search's own process does."""

import heapq
import itertools
import math
import queue
import threading
import time
from collections.abc import Callable

from kerasae.tuning.objectives import SIZES, VAL_MSE
from kerasae.tuning.proposal import Proposal
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY, Trial
from kerasae.workers.worker import Ended, Ready, Report

# The least error of any trial, and what an epoch leaves of the rest.
FLOOR, DECAY = 0.003, 0.7


class Clock:
    """One thread that calls for all workers, each call at its time."""

    def __init__(self):
        self._calls: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers, self._changed = itertools.count(), threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Calls something later, on the clock's thread."""
        with self._changed:
            heapq.heappush(self._calls, (time.monotonic() + seconds, next(self._numbers), call))
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._calls or (left := self._calls[0][0] - time.monotonic()) > 0:
                    self._changed.wait(left if self._calls else None)
                call = heapq.heappop(self._calls)[-1]
            call()


class SimulatedWorker:
    """As `kerasae.workers.worker.Worker`.

    Args:
        clock: Of all of them.
        seconds: That an epoch takes.
        seen: What it sees of the images.
        inbox: Of the pool.
    """

    def __init__(self, clock: Clock, seconds: float, seen: dict, inbox: queue.Queue):
        self._clock, self._seconds, self._seen, self._inbox = clock, seconds, seen, inbox

    def start(self) -> None:
        """As in `Worker`."""
        self._say(Ready(self._seen))

    def give(self, task: Proposal) -> None:
        """As in `Worker`."""
        self._proposal, self._errors = task, []
        self._clock.after(self._seconds, self._epoch)

    def answer(self, stop: str | None) -> None:
        """As in `Worker`."""
        if stop is None and len(self._errors) < self._proposal.epochs:
            self._clock.after(self._seconds, self._epoch)
        else:
            self._say(Ended(self._outcome(stop), None, 0))

    def end(self) -> None:
        """As in `Worker`."""

    def _epoch(self) -> None:
        self._errors.append(error(self._proposal, len(self._errors) + 1))
        self._say(Report(list(self._errors)))

    def _outcome(self, stop: str | None) -> Trial:
        sizes = dict.fromkeys(SIZES, self._proposal.config.model_config.latent_dim)
        return Trial(
            trial_id=self._proposal.trial_id,
            values=self._proposal.values,
            status=COMPLETED if stop is None else STOPPED_EARLY,
            reason=stop or "",
            epochs=len(self._errors),
            seconds=self._seconds * len(self._errors),
            numbers={VAL_MSE: self._errors[-1], **sizes},
            errors=tuple(self._errors),
        )

    def _say(self, message) -> None:
        self._inbox.put((self, message))


def error(proposal: Proposal, epoch: int) -> float:
    """A made-up error: least at a learning rate of 0.003 and the largest code, falling by epoch."""
    config = proposal.config
    away = math.log10(config.training.learning_rate / 0.003) ** 2
    return FLOOR + 0.1 * DECAY**epoch + 0.01 * away + 0.1 / config.model_config.latent_dim
