"""What is counted of a process, to see that it stays what it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from torture.promises import flat

HELD = 2**25
# Nothing else happens in it: a process that runs tests frees what earlier ones left, and has
# threads that open files.
CODE = f"""
import sys

def wait():
    print(flush=True)
    sys.stdin.readline()

wait()
with open(sys.argv[1], "w"), open(sys.argv[2]):
    held = bytearray(b"x") * {HELD}
    wait()
wait()
"""


@pytest.fixture
def moments(tmp_path):
    """Usage before a process holds memory, a file and a library's file, while it does, after."""
    library = Path(pytest.__file__)
    assert library.resolve().is_relative_to(flat.LIBRARIES)
    command = [sys.executable, "-c", CODE, str(tmp_path / "held"), str(library)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    found = []
    with subprocess.Popen(command, **pipes) as child:
        for _ in range(3):
            assert child.stdout.readline() == "\n"
            found.append(flat._usage(child.pid))
            child.stdin.write("\n")
            child.stdin.flush()
    return found


def test_own_memory_and_open_files_are_counted(moments):
    before, held, after = moments
    assert held.handles == before.handles + 1, "and none of a library's"
    assert held.memory - before.memory > HELD * 0.9
    assert after.handles == before.handles


def test_a_process_that_has_ended_has_nothing():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert flat._usage(pid) is None
