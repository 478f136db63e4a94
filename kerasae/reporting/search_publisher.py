"""Keeps what a search shows up to date while it runs."""

import time

from kerasae import afterwards
from kerasae.reporting import search_report
from kerasae.tuning import hparams_log, tables
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.record import Trial
from kerasae.tuning.search_dir import SearchDir

# Drawing all pictures may take this share of a search's time, once it has lasted so many seconds.
SHARE_OF_DRAWING = 0.02
SECONDS_UNDRAWN = 120


class Publisher:
    """Writes what changes with each trial; pictures and page as often as they cost little time.

    Args:
        folder: The search's directory, with its description.
        candidates: The runs that trials stand for.
    """

    def __init__(self, folder: SearchDir, candidates: Candidates):
        self._folder, self._candidates = folder, candidates
        self._due = time.monotonic() + SECONDS_UNDRAWN
        self._logged: dict[str, Trial] = {}
        with afterwards.attempt(f"The TensorBoard log of {folder.path}"):
            hparams_log.write_space(folder, candidates.space)

    def publish(self) -> None:
        """Writes everything anew that the record has changed."""
        search = open_search(self._folder.path)
        tables.write(search, self._candidates.config)
        with afterwards.attempt(f"The TensorBoard log of {search.path}"):
            self._log(search)
        began = time.monotonic()
        if began >= self._due:
            with afterwards.attempt(f"The page of {search.path}"):
                search_report.write(search)
            ended = time.monotonic()
            self._due = ended + (ended - began) / SHARE_OF_DRAWING

    def _log(self, search: Search) -> None:
        """Writes the trials that aren't logged as they are now.

        A kill may have left the log of a trial behind the record, so a start writes all.
        """
        for trial in search.trials:
            if self._logged.get(trial.trial_id) != trial:
                hparams_log.write_trial(self._folder, trial)
                self._logged[trial.trial_id] = trial
