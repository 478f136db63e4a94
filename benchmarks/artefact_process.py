"""A contender's process: started, asked, and told of where it fails."""

import json
import subprocess
import sys
from pathlib import Path

from kerasae.config import RunError

# Lines of what a process said before it failed.
LAST = 15


def start(folder: Path, contender: str, threads: int, log: Path) -> subprocess.Popen:
    """Starts `artefact_worker`; what it says on stderr goes to `log`."""
    arguments = [str(folder.resolve()), contender, str(threads)]
    with log.open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.artefact_worker", *arguments],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def answer(contender: str, process: subprocess.Popen, log: Path) -> dict[str, float]:
    """Its next line.

    Raises:
        RunError: with the end of what it said, where it failed.
    """
    line = process.stdout.readline()
    if line:
        return json.loads(line)
    code = process.wait()
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST:]
    raise RunError("\n".join([f"{contender} failed: exit code {code}.", *said]))


def ask(contender: str, process: subprocess.Popen, log: Path) -> dict[str, float]:
    """Has it measure once."""
    try:
        process.stdin.write("\n")
        process.stdin.flush()
    except BrokenPipeError:
        pass  # It has ended, as its answer tells.
    return answer(contender, process, log)
