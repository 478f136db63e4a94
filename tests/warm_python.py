"""Python processes that have imported TensorFlow already: forked from one that did.

To import TensorFlow takes longer than most of what tests do in a process of their own. kerasae is
not imported in the server, so a process is as free of it as a new one; whoever tests what a new
process imports, or what its variables decide before it starts, starts a new one.
"""

import atexit
import contextlib
import ctypes
import functools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest import mock

SERVER = Path(__file__).with_name("warm_server.py")
PR_SET_CHILD_SUBREAPER = 36


class Popen(subprocess.Popen):
    """As `subprocess.Popen` of `[sys.executable, …]`: a child of this process, with real streams.

    Its arguments are `-c CODE …`, `-m MODULE …` or `SCRIPT …`, which may stand after `-P`.
    """

    def __init__(self, command: list[str], **settings):
        if command[0] != sys.executable or "preexec_fn" in settings:
            raise ValueError(f"{command} can't be forked from a process of Python.")
        super().__init__(command, **settings)

    def _execute_child(
        self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, startupinfo,
        creationflags, shell, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,
        restore_signals, gid, gids, uid, umask, start_new_session, process_group,
    ):  # fmt: skip
        streams = {0: p2cread, 1: c2pwrite, 2: errwrite}
        files = {number: number if file < 0 else file for number, file in streams.items()}
        files |= {file: file for file in pass_fds}
        order = {
            "arguments": list(map(os.fsdecode, args[1:])),
            "numbers": list(files),
            "folder": str(Path(cwd or ".").absolute()),
            "environment": dict(os.environ if env is None else env),
            "new_session": start_new_session,
        }
        self.pid = _fork(order, list(files.values()))
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)


@contextlib.contextmanager
def started_by(module: ModuleType) -> Iterator[list[Popen]]:
    """Processes that a module starts by `subprocess.Popen` are warm ones; a list of them."""
    started = []

    def start(*arguments, **settings):
        started.append(Popen(*arguments, **settings))
        return started[-1]

    names = {name: getattr(subprocess, name) for name in ("DEVNULL", "PIPE", "STDOUT")}
    with mock.patch.object(module, "subprocess", SimpleNamespace(Popen=start, **names)):
        yield started


def run(arguments: list[str], cwd: Path, timeout: float) -> subprocess.CompletedProcess:
    """As `subprocess.run` of `python ARGUMENTS`, its output captured as text.

    Args:
        arguments: As of `Popen`, without Python itself.
        cwd: Its working folder, from which it can import.
        timeout: Seconds until it is killed and the test fails.
    """
    pipe = subprocess.PIPE
    command = [sys.executable, *arguments]
    with Popen(command, cwd=cwd, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@functools.cache
def _server() -> socket.socket:
    """What to ask for processes; the server ends with this one."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, str(SERVER), str(theirs.fileno())], pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)
    return ours


def _fork(order: dict, files: list[int]) -> int:
    """Starts a process, which becomes a child of this one; its number."""
    server = _server()
    prctl = ctypes.CDLL(None).prctl
    with os.fdopen(os.memfd_create("order"), "w+", encoding="utf-8") as file:
        json.dump(order, file)
        file.flush()
        file.seek(0)
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        try:
            socket.send_fds(server, [b"."], [file.fileno(), *files])
            answer = b""
            while len(answer) < 20:
                part = server.recv(20)
                if not part:
                    raise RuntimeError("The server of warm processes has ended.")
                answer += part
        finally:
            prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    return int(answer)
