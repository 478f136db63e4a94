"""Forks Python processes for whoever started it; see `warm_python.py`.

A message is one byte and files: the order, as JSON, and what the new process keeps under numbers
that the order names. The answer is the process's number.
"""

import atexit
import contextlib
import fcntl
import importlib
import json
import os
import random
import runpy
import signal
import socket
import sys
import threading
import time
from pathlib import Path

# No operation is run here: the threads that it would start are not forked.
PRELOADED = ("tensorflow", "ai_edge_litert.interpreter", "keras_tuner", "matplotlib.pyplot")
MOST_FILES = 8


def serve(client: socket.socket) -> dict | None:
    """Forks at each message. Returns the order in a new process, and None when nobody asks."""
    while True:
        message, files, *_ = socket.recv_fds(client, 1, MOST_FILES)
        if not message:
            return None
        with os.fdopen(files[0], encoding="utf-8") as file:
            order = json.load(file)
        read, write = os.pipe()
        # The process belongs to the client as soon as the one between them has ended.
        between = os.fork()
        if between == 0:
            parent = os.getpid()
            if pid := os.fork():
                os.write(write, str(pid).encode())
                os._exit(0)
        os.close(write)
        if between == 0:
            while os.getppid() == parent:
                time.sleep(0.001)
            os.close(read)
            client.close()
            _take_over(order, files[1:])
            return order
        os.waitpid(between, 0)
        for file in files[1:]:
            os.close(file)
        client.sendall(os.read(read, 20).ljust(20))
        os.close(read)


def _take_over(order: dict, files: list[int]) -> None:
    """Gives the new process its streams, files, folder, variables and signals."""
    # First out of the way: a file may have come under the number that another one gets.
    moved = [os.dup(file) for file in files]
    moved = [_above(file, max(order["numbers"])) for file in moved]
    for file in files:
        os.close(file)
    for file, number in zip(moved, order["numbers"], strict=True):
        os.dup2(file, number, inheritable=True)
        os.close(file)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    if order["new_session"]:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    random.seed()
    sys.modules["numpy"].random.seed()


def _above(file: int, least: int) -> int:
    """The same file under a number above `least`."""
    moved = fcntl.fcntl(file, fcntl.F_DUPFD, least + 1)
    os.close(file)
    return moved


def run(order: dict) -> None:
    """Runs what `python ARGUMENTS` would."""
    how, *rest = order["arguments"]
    given = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = list(dict.fromkeys([*given, *sys.path]))
    if how == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path.insert(0, "")
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    elif how == "-m":
        sys.argv = ["-m", *rest[1:]]
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:  # As with -P: the script's folder isn't on the import path.
        sys.argv = rest if how == "-P" else [how, *rest]
        runpy.run_path(sys.argv[0], run_name="__main__")


def end(code: int) -> None:
    """Ends as Python does, but for taking TensorFlow's modules apart, which takes a second."""
    threading._shutdown()
    atexit._run_exitfuncs()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code & 0xFF)


def main() -> None:
    """Serves; a new process comes out of it and runs what was ordered."""
    from torture.program import exit_code

    del sys.path[0]  # The checkout, which the new process needn't have on its path.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in PRELOADED:
        importlib.import_module(module)
    with contextlib.closing(socket.socket(fileno=int(sys.argv[1]))) as client:
        order = serve(client)
    if order is not None:
        end(exit_code(lambda: run(order)))


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    main()
