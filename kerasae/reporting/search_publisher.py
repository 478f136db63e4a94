"""Keeps what a search shows up to date while it runs."""

import dataclasses
import time
from collections.abc import Sequence

from kerasae import afterwards
from kerasae.reporting import search_report
from kerasae.tuning import hparams_log, tables
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.open_search import open_search
from kerasae.tuning.record import Trial, latest
from kerasae.tuning.search_dir import SearchDir

# What takes longer with every trial may take this share of a search's time.
SHARE = 0.02
# Pictures and page come once the search has lasted so many seconds.
SECONDS_UNDRAWN = 120


class Publisher:
    """Logs each trial; writes tables, and draws pictures and page, as often as they cost little.

    Args:
        folder: The search's directory, with its description.
        candidates: The runs that trials stand for.
    """

    def __init__(self, folder: SearchDir, candidates: Candidates):
        self._folder, self._candidates = folder, candidates
        self._described = open_search(folder.path)
        now = time.monotonic()
        self._tables_due, self._page_due = now, now + SECONDS_UNDRAWN
        self._logged = 0
        with afterwards.attempt(f"The TensorBoard log of {folder.path}"):
            hparams_log.write_space(folder, candidates.space)

    def publish(self, trials: Sequence[Trial], last: bool = False) -> None:
        """Writes what is due.

        Args:
            trials: All outcomes so far, in the order in which they came.
            last: Whether none follows, so that the tables are due.
        """
        with afterwards.attempt(f"The TensorBoard log of {self._folder.path}"):
            # A kill may have left the log behind the record, so a start writes all.
            for trial in latest(trials[self._logged :]):
                hparams_log.write_trial(self._folder, trial)
        self._logged = len(trials)
        if last or time.monotonic() >= self._tables_due:
            began = time.monotonic()
            search = dataclasses.replace(self._described, trials=tuple(latest(trials)))
            tables.write(search, self._candidates.config)
            self._tables_due = _next(began)
            if began >= self._page_due and not last:
                with afterwards.attempt(f"The page of {search.path}"):
                    search_report.write(search)
                self._page_due = _next(began)


def _next(began: float) -> float:
    """When something is due again that began at a time and ended now."""
    ended = time.monotonic()
    return ended + (ended - began) / SHARE
