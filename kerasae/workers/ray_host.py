"""What a cluster's node runs for a pool: a local worker, and the way to it.

The class is sent as code and imports kerasae where it needs it, so that a node with another
version, or none, can say so.
"""

import queue
import threading

_END = None  # In the inbox: the worker is not wanted any more.


def installed(packages: tuple[str, ...]) -> dict:
    """Versions of some packages and of kerasae, with a digest of its code; None where missing."""
    import hashlib
    import importlib.metadata
    from pathlib import Path

    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = None
    try:
        import kerasae
    except ImportError:
        return {"kerasae": None, "kerasae's code": None, **found}
    top, code = Path(kerasae.__file__).parent, hashlib.sha256()
    for path in sorted(top.rglob("*.py")):
        code.update(f"{path.relative_to(top)} ".encode() + path.read_bytes())
    own = {"kerasae": kerasae.__version__, "kerasae's code": code.hexdigest()[:12]}
    return {**own, **found}


class Host:
    """An actor of Ray's.

    The worker is a process beside it, as on a single machine: what kills it kills no actor, and
    TensorFlow is not in the process that keeps in touch with the cluster. It ends with the actor.
    """

    def __init__(self):
        self._news = threading.Condition()
        self._said: list[tuple] = []  # Messages with a task's files, that may not have arrived.
        self._arrived = 0
        self._inbox: queue.Queue = queue.Queue()

    def describe(self, packages: tuple[str, ...]) -> dict:
        """Where it runs, and what is installed there."""
        import socket

        import ray

        node = ray.get_runtime_context().get_node_id()
        return {"node_id": node, "host": socket.gethostname(), "installed": installed(packages)}

    def start(self, work: bytes) -> None:
        """Starts the worker.

        Args:
            work: A pickled `Work`, which gets a folder of this node.
        """
        # The system ends the worker with the thread that started it.
        self._runner = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._runner.start()

    def take(self, known: int) -> list[tuple]:
        """What the worker said beyond the first `known` messages; waits a few seconds for some."""
        with self._news:
            del self._said[: known - self._arrived]
            self._arrived = known
            self._news.wait_for(lambda: self._said, timeout=5)
            return list(self._said)

    def give(self, task, contents: dict[str, bytes]) -> None:
        """As of `Worker`, with the task's files."""
        from kerasae.workers import task_files
        from kerasae.workers.worker import Refused

        self._task = task
        try:
            task_files.write(self._work.files(task), contents)
        except OSError as error:
            self._say(Refused(error))
            return
        self._worker.give(task)

    def answer(self, stop: str | None) -> None:
        """As of `Worker`."""
        self._worker.answer(stop)

    def close(self) -> None:
        """Ends the worker and removes its folder."""
        self._inbox.put(_END)
        self._runner.join()

    def _run(self, work: bytes) -> None:
        """Hands on what the worker says, until it is dead or not wanted any more."""
        import os
        import tempfile
        from pathlib import Path

        from kerasae import files
        from kerasae.workers.worker import Died, Refused

        top = Path(tempfile.gettempdir()) / f"kerasae-workers-{os.getuid()}"
        try:
            with files.scratch(top) as folder:
                self._work_in(folder, work)
        except OSError as error:
            self._say(Refused(error))
        except Exception as error:  # Nobody else would hear of it.
            self._say(Died(f"{type(error).__name__}: {error}"))

    def _work_in(self, folder, work: bytes) -> None:
        import pickle

        from kerasae.workers import task_files
        from kerasae.workers.local_worker import LocalWorker
        from kerasae.workers.worker import Died, Ended, Report

        self._work = pickle.loads(work).at(folder)
        self._worker = LocalWorker(self._work, self._inbox)
        self._worker.start()
        try:
            while (said := self._inbox.get()) is not _END:
                message = said[1]
                is_report = isinstance(message, Report)
                if isinstance(message, Ended):  # All files have been sent.
                    self._work.drop(self._task)
                files = self._work.files(self._task) if is_report else ()
                self._say(message, task_files.read(files))
                if isinstance(message, Died):
                    return
        finally:
            self._worker.end()

    def _say(self, message, contents: dict[str, bytes] | None = None) -> None:
        with self._news:
            self._said.append((message, contents or {}))
            self._news.notify_all()
