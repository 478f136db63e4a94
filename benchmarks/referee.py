"""Contenders as processes that work one at a time."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasae.config import RunError

ROOT = Path(__file__).parents[1]
THREADS = 2
THREAD_VARIABLES = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip


def start(arguments: list[str], **streams: Any) -> subprocess.Popen:
    """Starts Python on `THREADS` threads and, where the system has a choice, cores; on no GPU."""
    limits = dict.fromkeys(THREAD_VARIABLES, str(THREADS)) | {
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **limits}, text=True, **streams
    )
    if hasattr(os, "sched_setaffinity"):
        # A thread inherits the cores of the one that starts it, and so far there is one.
        os.sched_setaffinity(process.pid, sorted(os.sched_getaffinity(0))[:THREADS])
    return process


class Contender:
    """One process that waits for its turns.

    Args:
        name: For messages.
        module: Module to run, one that uses `turns.Turns`.
        arguments: Its command line.

    Raises:
        RunError: where it ends before it is ready, with its last words.
    """

    def __init__(self, name: str, module: str, arguments: list[str]):
        self._name = name
        # Closed by `close`.
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = start(
            ["-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        try:
            self._read()
        except BaseException:
            self.close()
            raise

    def turn(self) -> dict[str, Any]:
        """Lets it work, and returns its report once it stands still again."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        report = self._read()
        self._read()
        return report

    def close(self) -> None:
        """Ends the process; it may stand in the middle of its work."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            words = "".join(self._errors.readlines()[-20:]).strip()
            raise RunError(f"{self._name} ended with code {self._process.wait()}: {words}")
        return json.loads(line)


@contextlib.contextmanager
def contest(entries: dict[str, tuple[str, list[str]]]) -> Iterator[dict[str, Contender]]:
    """Contenders by name, made ready one after the other, and ended with the block.

    Args:
        entries: Module and command line by name.
    """
    with contextlib.ExitStack() as stack:
        contenders = {}
        for name, (module, arguments) in entries.items():
            contenders[name] = Contender(name, module, arguments)
            stack.callback(contenders[name].close)
        yield contenders
