"""Processes that the system ended for lack of memory: Linux counts them, of the whole machine."""

import contextlib
from pathlib import Path

COUNTERS = Path("/proc/vmstat")


def oom_kills() -> int:
    """How many there were since the system started; 0 where unknown."""
    with contextlib.suppress(OSError):
        for line in COUNTERS.read_text(encoding="utf-8").splitlines():
            name, _, number = line.partition(" ")
            if name == "oom_kill":
                return int(number)
    return 0
