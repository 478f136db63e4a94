"""Searches in real worker processes, with faults at observed progress."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import warm_python
from worker_faults import FLAGS, require_each_once

from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import record
from kerasae.tuning.record import Ended
from kerasae.tuning.search_dir import SearchDir
from kerasae.workers import local_worker
from kerasae.workers.local_worker import PROGRAM

# Keras Tuner calls threading by names of old.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("blank_figures"),
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
]

ROOT = Path(__file__).parents[2]
WORKERS = ("--workers=2", "--threads_per_worker=1")


def processes(parent):
    """Worker processes of a search, frozen ones too."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if PROGRAM.encode() in words and str(parent).encode() in words:
            found.append(int(folder.name))
    return found


@pytest.fixture(autouse=True)
def started():
    """Workers of searches in this process; those of the search that is killed are new ones."""
    with warm_python.started_by(local_worker) as found:
        yield found


def running(workers):
    """Those that have not ended."""
    return [worker for worker in workers if worker.poll() is None]


def kill(_, place):
    place.worker._process.kill()


def freeze(pool, place):
    """Stops it, and waits until it has stopped."""
    process = place.worker._process
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    pool.take_for_frozen(place)


def test_workers_that_are_killed_and_frozen_cost_no_trial(
    search, undisturbed, tmp_path, trial_table, faults, started
):
    before, after = faults
    after |= {"0000": kill, "0001": freeze}
    before["0002"] = kill  # Whatever worker has it.
    outcome = search(tmp_path, *FLAGS, *WORKERS)
    assert outcome.code == 0, outcome.err
    assert not after
    # Two, and one more for each that was lost before the last trial.
    assert len(started) > 4 and running(started) == []
    require_each_once(tmp_path)
    rows, expected = trial_table(tmp_path), trial_table(undisturbed)
    assert rows[2]["status"] == "FAILED"
    assert rows[2]["reason"] == (
        "it lost 3 workers in a row without getting any further; the last: its process was ended "
        "by SIGKILL"
    )
    assert [*rows[:2], rows[3]] == [*expected[:2], expected[3]]
    assert "trial 0000 lost its worker, and goes on with another: its process was" in outcome.err
    assert (
        "trial 0001 lost its worker, and goes on with another: no progress for 600" in outcome.err
    )
    assert not list(tmp_path.glob("trials/*/attempts.json"))


def test_a_search_that_is_killed_and_interrupted_ends_as_an_undisturbed_one(
    search, undisturbed, tmp_path, trial_table, faults, searched_flags, search_space, started
):
    """Killed with its workers at work, gone on with, Ctrl-C, and at last without workers."""
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "kerasae.search", *searched_flags, f"--space={search_space()}",
        f"--out={out}", "--validation_fraction=0.2", "--epochs=3", *FLAGS, *WORKERS,
    ]  # fmt: skip
    process = warm_python.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not any(history.read(RunDir(path)) for path in out.glob("trials/*")):
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        process.kill()
    finally:
        process.kill()
        process.wait()
    while processes(process.pid):  # The system ends them with it.
        time.sleep(0.01)

    def interrupt(*_):
        raise KeyboardInterrupt

    _, after = faults
    after["0002"] = interrupt
    outcome = search(out, *FLAGS, *WORKERS, "--resume")
    assert outcome.code == 130
    assert f"kerasae: Stopped. Finished epochs are kept in {out}." in outcome.err
    assert started and running(started) == []
    outcome = search(out, *FLAGS, "--resume")
    assert outcome.code == 0, outcome.err
    assert "going on with --workers=1, before it were 2" in outcome.err
    require_each_once(out)
    assert trial_table(out) == trial_table(undisturbed)


def test_in_the_order_of_proposals_time_decides_nothing(search, tmp_path, trial_table):
    """A tuner that learns from outcomes, and the rule that stops trials by those of others."""
    flags = ("--tuner=bayesian", "--max_trials=7", "--epochs=2", "--reproducible", *WORKERS)
    for out in ("first", "second"):
        outcome = search(tmp_path / out, *flags)
        assert outcome.code == 0, outcome.err
    assert trial_table(tmp_path / "first") == trial_table(tmp_path / "second")
    events = record.read(SearchDir(tmp_path / "first").record)
    assert [e.number for e in events if isinstance(e, Ended)] == list(range(7))
