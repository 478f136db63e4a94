"""The name of every file in a search's directory."""

import os
from pathlib import Path

from kerasae.run_dir import RunDir

# Files that pictures are made from.
DESCRIPTION, RECORD, IMPORTANCE = "search.json", "record.jsonl", "importance.csv"


class SearchDir:
    """Paths in a search's directory; nothing is created by making one."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.description = self.path / DESCRIPTION
        self.record = self.path / RECORD
        self.ended = self.path / "ended.json"
        self.environment = self.path / "environment.json"
        self.table = self.path / "trials.csv"
        self.leaderboard = self.path / "leaderboard.md"
        self.best_flags = self.path / "best.flags"
        self.importance = self.path / IMPORTANCE
        self.figures = self.path / "figures"
        self.page = self.path / "report" / "index.html"
        self.pareto = self.path / "pareto"
        self.trials = self.path / "trials"
        self.tensorboard = self.path / "tensorboard"
        self.confirm = self.path / "confirm"
        self.confirm_record = self.path / "confirm.json"
        self.confirm_table = self.path / "confirm.csv"

    @property
    def holds_a_search(self) -> bool:
        """Whether a search was begun here."""
        return any(map(os.path.lexists, (self.description, self.record)))

    def trial(self, trial_id: str) -> RunDir:
        """Where a trial leaves its history and, while it may be needed, its weights."""
        return RunDir(self.trials / trial_id)

    def attempts(self, trial_id: str) -> Path:
        """Notes on the starts of a trial that has not ended yet."""
        return self.trials / trial_id / "attempts.json"
