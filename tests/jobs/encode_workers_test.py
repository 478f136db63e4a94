"""Parts encoded in real worker processes, with a fault at observed progress."""

import dataclasses

import numpy as np
import pytest
import warm_python
import worker_faults

from kerasae.jobs import encode as job
from kerasae.workers import local_worker

pytestmark = pytest.mark.slow

PARTS = ("--rows_per_part=90",)
WORKERS = ("--workers=2", "--threads_per_worker=1")


@pytest.fixture(autouse=True)
def started():
    """The workers, forked from a process with TensorFlow."""
    with warm_python.started_by(local_worker) as found:
        yield found


def test_a_worker_that_is_killed_costs_no_part(cli, finished, tmp_path, monkeypatch, started):
    """Rows are those of one process, to the bit."""
    flags = (f"--run_dir={finished.path}", "--max_examples=200", *PARTS)
    outcome = cli("encode", *flags, f"--out={tmp_path / 'one'}")
    assert outcome.code == 0, outcome.err
    faults = {"train-00001.parquet": lambda place: place.worker._process.kill()}
    monkeypatch.setattr(job, "Pool", worker_faults.faulty_by_task(faults, job.Pool))
    outcome = cli("encode", *flags, *WORKERS, f"--out={tmp_path / 'two'}")
    assert outcome.code == 0, outcome.err
    assert not faults and len(started) > 2
    assert all(worker.poll() is not None for worker in started)
    assert "train-00001.parquet lost its worker, and goes on with another: its" in outcome.err
    worker_faults.require_same_parts(tmp_path / "one", tmp_path / "two")


def test_arrays_are_in_their_order_whoever_was_first(cli, finished, tmp_path):
    found = []
    for name, flags in (("one", ()), ("two", WORKERS)):
        out = tmp_path / f"{name}.npz"
        outcome = cli("encode", f"--run_dir={finished.path}", *PARTS, *flags, f"--out={out}")
        assert outcome.code == 0, outcome.err
        found.append(np.load(out))
    assert set(found[0]) == set(found[1])
    for name in found[0]:
        np.testing.assert_array_equal(found[0][name], found[1][name])


def test_an_encoder_that_was_replaced_meanwhile_is_noticed(cli, finished, tmp_path, monkeypatch):
    """Its codes would lie in files that say that they are of the other one."""
    open_encoding = job.open_encoding
    monkeypatch.setattr(
        job, "open_encoding", lambda given: dataclasses.replace(open_encoding(given), digest="0")
    )
    out = tmp_path / "codes"
    outcome = cli("encode", f"--run_dir={finished.path}", *PARTS, *WORKERS, f"--out={out}")
    assert outcome.code == 1
    assert "A worker sees something else: encoder was 0 before and is " in outcome.complaint
    assert not list(out.glob("*.parquet"))


def test_more_workers_than_cores_are_refused(cli, finished, no_tensorflow):
    outcome = cli("encode", f"--run_dir={finished.path}", "--workers=999")
    assert outcome.code == 2
    assert "--workers times --threads_per_worker must be " in outcome.complaint


def test_a_cluster_gets_an_export(cli, finished, no_tensorflow):
    outcome = cli("encode", f"--run_dir={finished.path}", "--ray=auto")
    assert outcome.code == 2
    assert "--ray goes with --saved_model, which is sent to the nodes" in outcome.complaint
