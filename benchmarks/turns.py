"""A contender's side of taking turns: it works only between `wait` and `report`.

The referee's side is `referee.py`. A contender tells on its standard output,
a line of JSON each, that it waits or what it did in its turn; an empty line
on its standard input starts a turn, and the end of the input ends the
process.
"""

import json
import os
import sys
from typing import Any

WAITING = "waiting"


class Turns:
    """Takes the process's standard output for reports; prints go to standard error from then on."""

    def __init__(self):
        self._reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def wait(self) -> None:
        """Stands still until it is this contender's turn.

        Raises:
            SystemExit: when there are no more turns.
        """
        self.report(**{WAITING: True})
        if not sys.stdin.readline():
            raise SystemExit(0)

    def report(self, **values: Any) -> None:
        """Ends the turn with what was measured in it."""
        print(json.dumps(values), file=self._reports, flush=True)
