"""What must hold after any command, and what of it did not."""

import os
import signal
from collections.abc import Collection, Mapping
from pathlib import Path

from torture import content
from torture.process import Finished
from torture.stage import Sandbox

CODES = (0, 1, 2)
SHOWN = 3
AFTERWARDS = " can't be made: "


def of_command(done: Finished, signals: Collection[int] = ()) -> list[str]:
    """What is wrong with how a command ended.

    Args:
        done: The command.
        signals: Signals that were sent to it, by which it may end; 130 is its answer to SIGINT.
    """
    wrong = []
    if done.hung:
        return [f"hung: killed after {done.seconds:.0f} s"]
    allowed = {*CODES, *(-number for number in signals)}
    if signal.SIGINT in signals:
        allowed.add(130)
    if done.code not in allowed:
        wrong.append(f"exit code {done.code}; its last words: {done.err.strip()[-300:]!r}")
    for text in (done.out, done.err):
        if "Traceback (most recent call last)" in text:
            wrong.append(f"a traceback: {text.strip().splitlines()[-1][:200]!r}")
    if "kerasae: Unforeseen" in done.err:
        wrong.append(f"nobody thought of it: {done.err.strip()[-300:]!r}")
    if done.code in (1, 2) and not wrong:
        lines = [line for line in done.err.splitlines() if line.startswith("kerasae: ")]
        # What failed after the result is said of each picture and page.
        complaints = [line for line in lines if AFTERWARDS not in line]
        if not lines or len(complaints) > 1 or not done.err.endswith(f"{lines[-1]}\n"):
            wrong.append(f"no one complaint at its end: {done.err.strip()[-300:]!r}")
    return wrong


def nothing_lost(
    before: Mapping[str, str],
    after: Mapping[str, str],
    allowed: Mapping[str, str],
    but: Collection[str] = (),
) -> list[str]:
    """Files that are neither as they were nor as the undisturbed command leaves them.

    Args:
        before: Snapshot from before the command.
        after: Snapshot from after it.
        allowed: Snapshot that the undisturbed command leaves.
        but: Paths that were damaged.
    """
    wrong = []
    for name in sorted(before.keys() | after.keys()):
        if name in but or after.get(name) in (before.get(name), allowed.get(name)):
            continue
        wrong.append(f"{name} is {'lost' if name not in after else 'neither old nor new'}")
    return _few(wrong)


def same(expected: Mapping[str, str], found: Mapping[str, str], but=()) -> list[str]:
    """Files that differ from what the undisturbed command leaves."""
    wrong = []
    for name in sorted((expected.keys() | found.keys()) - set(but)):
        if expected.get(name) != found.get(name):
            how = "missing" if name not in found else "new" if name not in expected else "other"
            wrong.append(f"{name} is {how} than undisturbed" if how == "other" else f"{name} {how}")
    return _few(wrong)


def only(results: Collection[str], found: Mapping[str, str]) -> dict[str, str]:
    """The part of a snapshot whose paths begin with one of these."""
    return {name: what for name, what in found.items() if name.startswith(tuple(results))}


def strays(box: Sandbox, allow_tmp: bool = False) -> list[str]:
    """What was written outside of the folder."""
    return [f"written outside: {name}" for name in box.strays(allow_tmp)]


def scratch(folder: Path) -> list[str]:
    """Half-written files that are left."""
    found = [
        os.path.relpath(path, folder)
        for path in folder.rglob(f"{content.SCRATCH}*")
        if content.SCRATCH not in path.parent.name
    ]
    return _few([f"{name} is left" for name in found])


def _few(wrong: list[str]) -> list[str]:
    """The first of many."""
    more = len(wrong) - SHOWN
    return wrong if more <= 0 else [*wrong[:SHOWN], f"and {more} more files"]
