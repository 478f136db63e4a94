"""A command measured from outside: its seconds and the most memory it held."""

import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks import referee
from kerasae.config import RunError

# Linux counts in KiB, macOS in bytes.
BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024


def run(arguments: list[str]) -> dict[str, Any]:
    """Runs Python to its end.

    Returns:
        `seconds` from start to end, `peak_mb` (MiB of resident memory) and
        `output`, what it printed.

    Raises:
        RunError: where it fails, with its last words.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        began = time.perf_counter()
        process = referee.start(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=errors)
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            words = "".join(errors.readlines()[-20:]).strip()
            raise RunError(f"{' '.join(arguments)} ended with code {process.returncode}: {words}")
        output.seek(0)
        return {
            "seconds": seconds,
            "peak_mb": used.ru_maxrss * BYTES_A_UNIT / 2**20,
            "output": output.read(),
        }
