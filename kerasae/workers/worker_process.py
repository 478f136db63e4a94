"""The process of a local worker: python -m kerasae.workers.worker_process SOCKET PARENT"""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

from kerasae import cli
from kerasae.config import ConfigError, RunError
from kerasae.workers.beating import beating
from kerasae.workers.worker import Alive, Ended, Ready, Refused, Report, Said, Work, plain_error

PR_SET_PDEATHSIG = 1  # Of Linux's prctl.
SECONDS_OF_SILENCE = 1.0


def main(socket: str, parent: str) -> None:
    """Works until its parent has no more for it, or is gone."""
    _end_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(int(socket)) as pool, contextlib.suppress(EOFError, BrokenPipeError):
        try:
            _work(_Voice(pool), pool.recv())
        except (RunError, ConfigError, OSError) as error:
            pool.send(Refused(plain_error(error)))


def _end_with(parent: int) -> None:
    """Lets the system end this process with its parent, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("who started it is gone")


class _Voice(logging.Handler):
    """All that the process says; logged lines too.

    Args:
        pool: Where to.
    """

    def __init__(self, pool: Connection):
        super().__init__()
        self.pool = pool
        self._lock, self._last = threading.Lock(), 0.0

    def say(self, message) -> None:
        with self._lock:
            self.pool.send(message)
            self._last = time.monotonic()

    def alive(self) -> None:
        """Says so, where nothing was said for a while."""
        if time.monotonic() - self._last > SECONDS_OF_SILENCE:
            self.say(Alive())

    def emit(self, record):
        self.say(Said(record.levelno, record.getMessage()))


def _work(voice: _Voice, work: Work) -> None:
    logger = logging.getLogger("kerasae")
    logger.addHandler(voice)
    logger.setLevel(logging.INFO)
    logger.propagate = False

    def report(errors):
        voice.say(Report(list(errors)))
        return voice.pool.recv()

    with contextlib.ExitStack() as stack:
        with beating(voice.alive):  # How long images take is not known.
            cli.import_tensorflow_quietly()
            import tensorflow as tf

            tf.config.threading.set_intra_op_parallelism_threads(work.threads)
            tf.config.threading.set_inter_op_parallelism_threads(work.threads)
            seen, do = stack.enter_context(work.opened(voice.alive, report))
        voice.say(Ready(seen))
        while True:
            outcome, unforeseen = do(voice.pool.recv())
            voice.say(Ended(outcome, unforeseen and repr(unforeseen), _memory()))


def _memory() -> int:
    """Bytes that this process holds; 0 where unknown."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
