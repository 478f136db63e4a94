"""What a local worker makes of a process that says nothing it can read."""

import queue
import subprocess
import types
from multiprocessing.connection import Connection
from socket import socketpair

from kerasae.workers import gpus, local_worker
from kerasae.workers.gpus import Gpus
from kerasae.workers.local_worker import LocalWorker
from kerasae.workers.worker import Died


def test_what_cannot_be_read_ends_the_process_and_is_said():
    inbox = queue.Queue()
    worker = LocalWorker(None, inbox)
    ours, theirs = socketpair()
    worker._connection = Connection(ours.detach())
    worker._process = subprocess.Popen(["sleep", "300"])
    with Connection(theirs.detach()) as process, worker._connection:
        process.send_bytes(b"no pickle")
        worker._read()
    said, message = inbox.get_nowait()
    assert said is worker and isinstance(message, Died)
    assert "can't be read" in message.reason
    assert worker._process.poll() is not None


def test_its_process_sees_the_gpus_that_it_borrows(monkeypatch):
    seen, popen = [], subprocess.Popen

    def start(_, **given):
        seen.append(given["env"][gpus.VISIBLE])
        return popen(["sleep", "300"])

    monkeypatch.setattr(local_worker.subprocess, "Popen", start)
    shared = Gpus(["3", "1"], each=1)
    work = types.SimpleNamespace(threads=1)
    one, two, three = (LocalWorker(work, queue.Queue(), shared) for _ in range(3))
    one.start()
    two.start()
    one.end()
    three.start()
    assert seen == ["3", "1", "3"]
    two.end()
    three.end()
