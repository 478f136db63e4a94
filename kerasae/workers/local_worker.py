"""A worker that is a process of this machine."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from multiprocessing import connection
from pathlib import Path
from socket import socketpair

import kerasae
from kerasae.workers.gpus import Gpus, environment
from kerasae.workers.oom import oom_kills
from kerasae.workers.worker import Died, Task, Work

PROGRAM = "kerasae.workers.worker_process"
# What decides, before a process starts, with how many threads its libraries compute.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")


class LocalWorker:
    """As `Worker`.

    Args:
        work: What all tasks share.
        inbox: Of the pool.
        gpus: What it borrows GPUs from; without, it sees those that this process sees.
    """

    def __init__(self, work: Work, inbox: queue.Queue, gpus: Gpus | None = None):
        self._work, self._inbox, self._gpus = work, inbox, gpus

    def start(self) -> None:
        """As in `Worker`."""
        ours, theirs = socketpair()
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115
        self._oom_kills = oom_kills()
        own = dict.fromkeys(THREADS, str(self._work.threads))
        if self._gpus:
            self._lent = self._gpus.lend()
            own |= environment(self._lent)
        path = os.pathsep.join([str(Path(kerasae.__file__).parents[1]), *filter(None, sys.path)])
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, str(theirs.fileno()), str(os.getpid())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._last_words,
            env=os.environ | own | {"PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is the pool's, which ends its workers.
        )
        theirs.close()
        self._connection = connection.Connection(ours.detach())
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send(self._work)

    def give(self, task: Task) -> None:
        """As in `Worker`."""
        self._send(task)

    def answer(self, stop: str | None) -> None:
        """As in `Worker`."""
        self._send(stop)

    def end(self) -> None:
        """As in `Worker`."""
        self._process.kill()
        self._reader.join()
        self._connection.close()
        self._last_words.close()
        if self._gpus:
            self._gpus.take_back(self._lent)

    def _send(self, message) -> None:
        """To one that died in between nothing is said: its death is in the inbox."""
        with contextlib.suppress(OSError):
            self._connection.send(message)

    def _read(self) -> None:
        """Hands on what the process says, until it is gone."""
        try:
            while True:
                self._inbox.put((self, self._connection.recv()))
        except (EOFError, OSError):
            self._process.wait()
            self._inbox.put((self, Died(self._cause())))
        except Exception as error:  # Of a class that can't be unpickled, or isn't here.
            self._process.kill()
            self._process.wait()
            self._inbox.put((self, Died(f"what its process said can't be read: {error!r}")))

    def _cause(self) -> str:
        """Why the process is gone."""
        code = self._process.returncode
        if code == -signal.SIGKILL and oom_kills() > self._oom_kills:
            return "out of memory: the system ended its process"
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        self._last_words.seek(0)
        words = self._last_words.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(words) if line.strip()), "no more is known")
        return f"its process ended with exit code {code}: {last}"
