"""A process without work that a command keeps for the one script that it may start.

`export` tries its files in a new Python process, which imports TensorFlow for seconds. Here it
is forked before the command has run any operation, and waits on a pipe.
"""

import contextlib
import io
import json
import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

from torture.program import exit_code


class Standby:
    """The waiting process; it ends with the block, or with the command that it belongs to."""

    def __enter__(self):
        read, self._ask = os.pipe()
        self._answer, write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ask)
            os.close(self._answer)
            _serve(read, write)
        os.close(read)
        os.close(write)
        return self

    def __exit__(self, *_):
        for end in (self._ask, self._answer):
            with contextlib.suppress(OSError):
                os.close(end)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def run_script(self, script: str, job: Path) -> subprocess.CompletedProcess:
        """In place of `kerasae.exporting.fresh_process.run_script`."""
        os.write(self._ask, json.dumps([script, str(job), str(Path.cwd())]).encode() + b"\n")
        with open(self._answer, encoding="utf-8", closefd=False) as answer:
            text = answer.readline()
        code, err = json.loads(text) if text else (-signal.SIGKILL, "")
        return subprocess.CompletedProcess([script, str(job)], code, "", err)


def _serve(read: int, write: int) -> None:
    """Waits for a script, runs it and says how it ended; never returns."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        with open(read, encoding="utf-8") as asked:
            line = asked.readline()
        if line:
            script, job, folder = json.loads(line)
            os.chdir(folder)
            sys.stdout = sys.stderr = text = io.StringIO()
            sys.argv = [script, job]
            code = exit_code(lambda: runpy.run_path(script, run_name="__main__"))
            os.write(write, json.dumps([code, text.getvalue()[-2000:]]).encode() + b"\n")
    finally:
        os._exit(0)
