"""Faults of workers at observed progress, and what must be true after them."""

import pyarrow.parquet as pq

from kerasae.tuning import record
from kerasae.tuning.record import Ended, Proposed
from kerasae.tuning.search_dir import SearchDir

# Of a search whose trials don't depend on the order in which they end.
FLAGS = ("--tuner=random", "--max_trials=4", "--seed=0", "--nomedian_stopping")


def faulty(before, after):
    """A pool's class with faults by trial, `(pool, place)` each, before its first epoch or after.

    `before` are done whenever a worker has the trial, `after` once. No trial begins before all
    workers are ready for the first time, so that each of them has one.
    """
    from kerasae.tuning.execution.trial_pool import TrialPool

    class Faulty(TrialPool):
        _frozen = None, None

        def take_for_frozen(self, place):
            """Its worker says nothing for longer than the pool has patience."""
            self._frozen = place, place.worker

        _begun = False

        def _dispatch(self):
            self._begun = self._begun or all(place.ready for place in self._places)
            if self._begun:
                super()._dispatch()

        def _show_tasks(self):
            super()._show_tasks()
            for place in list(self._places):
                name = place.task and place.task.trial_id
                if place.errors and name in after:
                    after.pop(name)(self, place)
                elif not place.errors and name in before:
                    before[name](self, place)

        def _step(self):
            place, worker = self._frozen
            if place and place.worker is worker:
                place.quiet = self._patience  # A moment later it is more.
            super()._step()

    return Faulty


def faulty_by_task(faults, pool, after_an_epoch=False):
    """A pool's class in which a fault strikes the worker that has a task, once each.

    Args:
        faults: By the task's name, called with its place; emptied meanwhile.
        pool: The class that it is made of.
        after_an_epoch: Whether they wait for the task's first one.
    """

    class Faulty(pool):
        def _show_tasks(self):
            super()._show_tasks()
            for place in list(self._places):
                begun = place.task and (place.errors or not after_an_epoch)
                if begun and place.task.name in faults:
                    faults.pop(place.task.name)(place)

    return Faulty


def require_same_parts(one, other):
    """Two folders of an encoding have the same files with the same rows."""
    names = sorted(path.name for path in one.glob("*.parquet"))
    assert names == sorted(path.name for path in other.glob("*.parquet")) != []
    for name in names:
        assert pq.read_table(one / name).equals(pq.read_table(other / name)), name


def require_each_once(out):
    """Every proposal of the record has one outcome, and every candidate one proposal."""
    events = record.read(SearchDir(out).record)
    asked, ended = (
        [event.number for event in events if isinstance(event, kind)] for kind in (Proposed, Ended)
    )
    assert sorted(asked) == sorted(ended) == list(range(len(asked)))
    trials = record.trials(events)
    assert len({trial.trial_id for trial in trials}) == len(trials)
