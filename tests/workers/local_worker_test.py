"""What a local worker makes of a process that says nothing it can read."""

import queue
import subprocess
from multiprocessing.connection import Connection
from socket import socketpair

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
