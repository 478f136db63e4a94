"""Memory and open files of one process, epoch by epoch and trial by trial."""

import contextlib
import dataclasses
import random
import statistics
import sys
import time
from pathlib import Path

from torture import outcome, process
from torture.stage import Sandbox, Stage
from torture.verbs import FEW, SMALL

SENTENCE = (
    "Memory and open files of a process stay what they are after the tenth of 300 epochs, and "
    "after the tenth of 60 trials of a search"
)
# What is made once is made by then; as many are compared at the end.
WARM = 10
MEBIBYTE = 2**20
# What lies here a library opens once, as Matplotlib its fonts.
LIBRARIES = Path(sys.prefix).resolve()
TIME_LIMIT = 1800.0


@dataclasses.dataclass(frozen=True)
class Fault:
    """A long command.

    Attributes:
        arguments: Verb and flags.
        parts: What of the stage it needs.
        table: Gets a row for each epoch or trial.
        rows: As many.
        mebibytes: More than these its memory may not grow.
    """

    arguments: tuple[str, ...]
    parts: tuple[str, ...]
    table: str
    rows: int
    mebibytes: float

    def __str__(self):
        return f"{self.rows} rows of {self.table}"


FAULTS = (
    Fault(
        ("train", *(flag for flag in SMALL if not flag.startswith("--epochs")), "--epochs=300",
         "--run_dir=trained"),
        (), "trained/history.csv", 300, 2,
    ),
    Fault(
        ("search", *FEW, "--epochs=1", "--space=space.toml", "--tuner=random", "--max_trials=60",
         "--out=searched"),
        ("inputs",), "searched/trials.csv", 60, 20,
    ),
)  # fmt: skip
COUNT = len(FAULTS)


@dataclasses.dataclass(frozen=True)
class Usage:
    """What a process has at one moment.

    Attributes:
        memory: Bytes that are its own and in memory.
        handles: Number of open files that aren't a library's.
    """

    memory: int
    handles: int


def faults(stage: Stage, draw: random.Random, count: int) -> list[Fault]:
    """The long commands; nothing in them is random."""
    stage.make({part for fault in FAULTS for part in fault.parts})
    return list(FAULTS[:count])


def inject(stage: Stage, fault: Fault, box: Sandbox) -> list[str]:
    """Runs the command, and compares what it has after its first rows and its last."""
    stage.copy(fault.parts, box.work)
    command = process.Command(fault.arguments, box.work, box.surroundings())
    seen = _watch(command, box.work / fault.table)
    done = command.wait(TIME_LIMIT)
    wrong = outcome.of_command(done)
    if done.code or len(seen) < 3 * WARM:
        return [*wrong, f"exit code {done.code}, {len(seen)} rows seen: {done.err[-300:]!r}"]
    before, after = seen[WARM : 2 * WARM], seen[-WARM:]
    grown = _memory(after) - _memory(before)
    # Some are open for a moment: the least there are, is what stays.
    opened = min(one.handles for one in after) - min(one.handles for one in before)
    print(f"{fault}: {grown / MEBIBYTE:+.2f} MiB, {opened:+d} open files", flush=True)
    if grown > fault.mebibytes * MEBIBYTE:
        wrong.append(f"its memory grows by {grown / MEBIBYTE:.1f} MiB")
    if opened > 0:
        wrong.append(f"its open files grow by {opened}")
    return wrong + outcome.strays(box)


def _watch(command: process.Command, table: Path) -> list[Usage]:
    """What the command had each time that its table was written."""
    seen, written, deadline = [], None, time.monotonic() + TIME_LIMIT
    while command.alive and time.monotonic() < deadline:
        now = table.stat().st_mtime_ns if table.exists() else None
        if now != written:
            written = now
            seen.append(_usage(command.pid))
        time.sleep(process.POLL)
    return [usage for usage in seen if usage]


def _usage(pid: int) -> Usage | None:
    """Of a process; None where it has just ended."""
    handles = 0
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # It was closed meanwhile.
                handles += not handle.readlink().is_relative_to(LIBRARIES)
    except (FileNotFoundError, ProcessLookupError):
        return None
    own = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
    return Usage(int(own[0]) * 1024, handles) if own else None


def _memory(seen: list[Usage]) -> float:
    return statistics.median(usage.memory for usage in seen)
