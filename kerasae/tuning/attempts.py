"""Trials that kill the process they run in, told apart from those whose process was killed.

A system short of memory ends the whole process, and going on with the same
trial would end the next one too. But a process can be killed at any moment for
other reasons, and its trial must not suffer for that. Linux counts the
processes that it ends for lack of memory, on the whole machine.
"""

import contextlib
from pathlib import Path

from kerasae import files

COUNTERS = Path("/proc/vmstat")
# Deaths without a finished epoch before a trial is given up: those in which the system ended a
# process for lack of memory, and all of them, as one that crashes the process does so for ever.
MAX_OOM_KILLS = 3
MAX_DEATHS = 10


def register_attempt(path: Path, epochs: int) -> str | None:
    """Registers that a trial starts; returns why it should be given up, where it should.

    Args:
        path: The trial's notes, which are removed whenever a process ends by itself.
        epochs: The trial's finished epochs.
    """
    deaths, oom_kills, kills = 0, 0, _oom_kills()
    earlier = files.read_json(path) if path.exists() else {}
    if earlier.get("epochs") == epochs:
        deaths = earlier["deaths"] + 1
        oom_kills = earlier["oom_kills"] + (kills > earlier["kills"])
    if oom_kills >= MAX_OOM_KILLS:
        return (
            f"out of memory: {oom_kills} times the process died in epoch {epochs + 1} and the "
            "system ended one for lack of memory"
        )
    if deaths >= MAX_DEATHS:
        return f"the process died {deaths} times in epoch {epochs + 1} without a word"
    notes = {"epochs": epochs, "deaths": deaths, "oom_kills": oom_kills, "kills": kills}
    files.write_json(path, notes)
    return None


def _oom_kills() -> int:
    """Processes that the system ended for lack of memory since it started; 0 where unknown."""
    with contextlib.suppress(OSError):
        for line in COUNTERS.read_text(encoding="utf-8").splitlines():
            name, _, number = line.partition(" ")
            if name == "oom_kill":
                return int(number)
    return 0
