"""What is counted of a process, to see that it stays what it is."""

import os

import numpy as np

from torture.promises import flat


def test_own_memory_and_open_files_are_counted(tmp_path):
    before = flat._usage(os.getpid())
    with (tmp_path / "held").open("w"), open(np.__file__, encoding="utf-8"):  # noqa: PTH123
        held = np.ones(2**22)
        after = flat._usage(os.getpid())
    assert after.handles == before.handles + 1, "and none of a library's"
    assert after.memory - before.memory > held.nbytes * 0.9
    assert flat._usage(os.getpid()).handles == before.handles


def test_a_process_that_has_ended_has_nothing():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert flat._usage(pid) is None
