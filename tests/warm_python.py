"""Python processes that have imported TensorFlow already: forked from one that did.

To import TensorFlow takes longer than most of what tests do in a process of their own. kerasae is
not imported in the server, so a process is as free of it as a new one; whoever tests what a new
process imports starts a new one.
"""

import contextlib
import functools
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

from torture.program import exit_code

# Imported once, in the server; no operation is run there, since its threads would not be forked.
PRELOADED = ["tensorflow", "ai_edge_litert.interpreter"]


@functools.cache
def _server():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def run(arguments: list[str], cwd: Path, timeout: float) -> subprocess.CompletedProcess:
    """As `subprocess.run` of `python ARGUMENTS`, its output captured as text.

    Args:
        arguments: `-c CODE …` or `SCRIPT …`.
        cwd: Its working folder, from which it can import.
        timeout: Seconds until it is killed and the test fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        streams = [str(Path(folder) / name) for name in ("stdout", "stderr")]
        process = _server().Process(target=_main, args=(arguments, str(cwd), streams))
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, timeout)
        out, err = (Path(stream).read_text(encoding="utf-8") for stream in streams)
    return subprocess.CompletedProcess(arguments, process.exitcode, out, err)


def _main(arguments: list[str], cwd: str, streams: list[str]) -> None:
    """The forked process: its own streams, folder and arguments, and then the code."""
    for number, stream in enumerate(streams, start=1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(cwd)
    if arguments[0] == "-c":
        sys.argv = ["-c", *arguments[2:]]
        sys.path.insert(0, cwd)
        code = compile(arguments[1], "<string>", "exec")
        ended = exit_code(lambda: exec(code, {"__name__": "__main__"}))
    else:
        sys.argv = arguments
        ended = exit_code(lambda: runpy.run_path(arguments[0], run_name="__main__"))
    with contextlib.suppress(ValueError, OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    sys.exit(ended)
