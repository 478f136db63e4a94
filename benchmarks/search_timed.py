"""A search with a clock, a trial a turn: python -m benchmarks.search_timed DIR FLAGS…

The first turn opens and decodes the dataset too, the last one ends with the
report; Python and TensorFlow are started before the first.
"""

import sys
import time
from unittest import mock

from benchmarks.turns import Turns
from kerasae import cli, search
from kerasae.verbs.search import plan_of as planned


def plan_of(folder: str, flags: list[str]):
    """The search that `kerasae.search` would make."""
    line = search.command_line()
    line.parse(["kerasae.search", f"--out={folder}", *flags])
    plan = planned(line, flags)
    cli.import_tensorflow_quietly()
    return plan


def main(folder: str, *flags: str) -> None:
    """Searches; reports the seconds of each turn, and with the last one that it is over."""
    turns = Turns()
    plan = plan_of(folder, list(flags))
    from kerasae.jobs import search
    from kerasae.run_dir import RunDir

    class InTurns(search.Trainer):
        """Gives the turn away before every trial but the first."""

        trials = 0

        def train(self, proposal, judge):
            nonlocal began
            if InTurns.trials:
                turns.report(seconds=time.perf_counter() - began, over=False)
                turns.wait()
                began = time.perf_counter()
            InTurns.trials += 1
            return super().train(proposal, judge)

    RunDir(folder).create()
    turns.wait()
    began = time.perf_counter()
    with mock.patch.object(search, "Trainer", InTurns):
        search.search(plan)
    turns.report(seconds=time.perf_counter() - began, over=True)
    turns.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
