import itertools
import os
import time

import pytest

from benchmarks import command, referee
from kerasae.config import RunError

WORKER = """
import sys, time
from benchmarks.turns import Turns
turns = Turns()
print("noise that is no report")
for number in range(3):
    turns.wait()
    began = time.time()
    time.sleep(0.05)
    turns.report(began=began, ended=time.time(), number=number, name=sys.argv[1])
turns.wait()
"""


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """A contender's module made of code."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(name: str, code: str) -> str:
        (tmp_path / f"{name}.py").write_text(code)
        return name

    return write


def test_only_one_works_at_a_time(worker):
    module = worker("patient_worker", WORKER)
    with referee.contest({name: (module, [name]) for name in "ab"}) as ready:
        reports = [ready[name].turn() for _ in range(3) for name in "ab"]
    assert [report["name"] for report in reports] == list("ababab")
    assert [report["number"] for report in reports] == [0, 0, 1, 1, 2, 2]
    for earlier, later in itertools.pairwise(reports):
        assert earlier["ended"] <= later["began"]


def test_a_contender_that_fails_is_named_with_its_last_words(worker):
    module = worker("failing_worker", "raise SystemExit('out of luck')")
    with (
        pytest.raises(RunError, match="unlucky ended with code 1: out of luck"),
        referee.contest({"unlucky": (module, [])}),
    ):
        pass


def test_contenders_end_with_the_contest(worker):
    module = worker("patient_worker", WORKER)
    with referee.contest({"a": (module, ["a"])}) as ready:
        process = ready["a"]._process
        assert process.poll() is None
    assert process.poll() is not None


def test_threads_are_limited():
    read = "import os; print(os.environ['OMP_NUM_THREADS'], os.cpu_count())"
    if hasattr(os, "sched_getaffinity"):
        read = read.replace("os.cpu_count()", "len(os.sched_getaffinity(0))")
    threads, cores = command.run(["-c", f"import time; time.sleep(0.2); {read}"])["output"].split()
    assert int(threads) == referee.THREADS
    if hasattr(os, "sched_getaffinity"):
        assert int(cores) == min(referee.THREADS, len(os.sched_getaffinity(0)))


def test_a_command_is_measured():
    code = "import time; held = bytearray(300 << 20); time.sleep(0.3); print('done')"
    began = time.perf_counter()
    found = command.run(["-c", code])
    assert found["output"] == "done\n"
    assert 0.3 <= found["seconds"] <= time.perf_counter() - began
    assert 300 <= found["peak_mb"] < 300 + 2000


def test_a_command_that_fails_is_reported():
    with pytest.raises(RunError, match="ended with code 3: gone"):
        command.run(["-c", "import sys; print('gone', file=sys.stderr); sys.exit(3)"])
