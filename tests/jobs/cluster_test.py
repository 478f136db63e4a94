"""Searches and encodings on a cluster of Ray's: raylets of one machine stand for machines."""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import pytest
import worker_faults
from worker_faults import FLAGS, require_each_once

from kerasae.cluster import probe
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.workers.local_worker import PROGRAM

pytest.importorskip("ray", reason="the extra `ray` isn't installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("blank_figures"),
    # Keras Tuner calls threading by names of old; Ray leaves files of what it killed open.
    pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

ROOT = Path(__file__).parents[2]
MARK = "KERASAE_CLUSTER_OF_TESTS"
TOKEN = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "a" * 64}


@contextlib.contextmanager
def token_read_anew():
    """Ray reads from the environment once, when it is imported."""
    from ray._raylet import AuthenticationTokenLoader, Config

    def read():
        Config.initialize("")
        AuthenticationTokenLoader.instance().reset_cache()

    read()
    yield
    read()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A cluster that wants a token: its head, of one CPU."""
    folder = Path(tempfile.mkdtemp(prefix="ray"))  # Its sockets' names may not be long.
    environment = TOKEN | {
        MARK: str(os.getpid()), "PYTHONPATH": str(ROOT), "RAY_TMPDIR": str(folder)
    }  # fmt: skip
    with mock.patch.dict(os.environ, environment), token_read_anew():
        from ray.cluster_utils import Cluster

        made = Cluster(
            initialize_head=True,
            head_node_args={"num_cpus": 1, "include_dashboard": False},
        )
        try:
            yield made
        finally:
            made.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def other_kerasae(tmp_path_factory):
    """A folder with a kerasae that has another line of code."""
    folder = tmp_path_factory.mktemp("other")
    package = folder / "kerasae"
    shutil.copytree(ROOT / "kerasae", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "names.py").open("a", encoding="utf-8").write("# Another line.\n")
    return folder


def processes():
    """Worker processes on the cluster, frozen ones too."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            ours = f"{MARK}={os.getpid()}".encode() in (folder / "environ").read_bytes()
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if ours and (PROGRAM.encode() in words or words[0].startswith(b"ray::Host")):
                found.append(int(folder.name))
    return found


# Processes that take longer to end never do.
ENDING_SECONDS = 300


def wait_until_none_is_left():
    hangs = time.monotonic() + ENDING_SECONDS
    while left := processes():
        assert time.monotonic() < hangs, left
        time.sleep(0.05)


@pytest.fixture
def remote_search(searched_flags, search_space, tmp_path):
    """Starts a search on a cluster as a process: `start(out, *flags)`, its stderr in a file."""
    started = []

    def start(out, *flags):
        command = [
            sys.executable, "-m", "kerasae.search", *searched_flags, f"--space={search_space()}",
            f"--out={out}", "--validation_fraction=0.2", "--epochs=3", *FLAGS, *flags,
        ]  # fmt: skip
        with (tmp_path / "stderr").open("wb") as file:
            started.append(
                subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=file)
            )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def pids(place):
    """The processes of a worker: its actor and what trains beside it."""
    import ray

    actor = place.worker._actor
    return ray.get(actor.__ray_call__.remote(lambda host: (os.getpid(), host._worker._process.pid)))


def kill(_, place):
    os.kill(pids(place)[1], signal.SIGKILL)


def freeze(pool, place):
    """Stops the actor, which then neither says anything nor ends when it is told to."""
    os.kill(pids(place)[0], signal.SIGSTOP)
    pool.take_for_frozen(place)


def test_what_becomes_of_driver_nodes_and_workers_costs_no_trial(
    cluster, other_kerasae, remote_search, search, undisturbed, tmp_path, trial_table, faults
):
    """A node of another kerasae; the driver killed; then a worker, a node, and an actor frozen."""
    out, flags = tmp_path / "out", (f"--ray={cluster.address}", "--workers=2")
    with mock.patch.dict(os.environ, PYTHONPATH=str(other_kerasae)):
        other = cluster.add_node(num_cpus=1)
    driver = remote_search(out, *flags)
    said, trained = "", False
    while not (trained and "is refused: kerasae's code is " in said):
        assert driver.poll() is None, said
        time.sleep(0.05)
        said = (tmp_path / "stderr").read_text(encoding="utf-8")
        trained = any(history.read(RunDir(path)) for path in out.glob("trials/*"))
    driver.kill()
    driver.wait()
    wait_until_none_is_left()
    cluster.remove_node(other)

    lost = cluster.add_node(num_cpus=1)

    def strike(pool, place):
        """Of the first two trials one loses its node, the other its worker."""
        if place.worker._node_id == lost.node_id:
            cluster.remove_node(lost, allow_graceful=False)
            cluster.add_node(num_cpus=1)
        else:
            kill(pool, place)

    _, after = faults
    after |= {"0000": strike, "0001": strike, "0003": freeze}
    outcome = search(out, *FLAGS, *flags, "--resume")
    assert outcome.code == 0, outcome.err
    assert not after
    wait_until_none_is_left()
    require_each_once(out)
    assert trial_table(out) == trial_table(undisturbed)
    for reason in ("its process was ended by SIGKILL", "its node", "no progress for 600 seconds"):
        assert f"lost its worker, and goes on with another: {reason}" in outcome.err.replace(
            f"{socket.gethostname()}: ", ""
        )
    assert "workers of 1 CPU on a cluster of 2 nodes" in outcome.err
    assert not list(out.glob("trials/*/attempts.json"))


def test_an_export_encodes_the_same_on_a_cluster(cluster, cli, finished, tmp_path, monkeypatch):
    """The node gets the encoder's files; the worker that has the second part is killed."""
    from kerasae.jobs import encode as job

    flags = (f"--saved_model={finished.saved_model}", "--dataset=digits", "--rows_per_part=800")
    outcome = cli("encode", *flags, f"--out={tmp_path / 'one'}")
    assert outcome.code == 0, outcome.err
    faults = {"train-00001.parquet": lambda place: kill(None, place)}
    monkeypatch.setattr(job, "Pool", worker_faults.faulty_by_task(faults, job.Pool))
    outcome = cli("encode", *flags, f"--out={tmp_path / 'two'}", f"--ray={cluster.address}")
    assert outcome.code == 0, outcome.err
    assert not faults
    assert "1 worker of 1 CPU on a cluster of " in outcome.err
    assert "train-00001.parquet lost its worker, and goes on with another" in outcome.err
    wait_until_none_is_left()
    worker_faults.require_same_parts(tmp_path / "one", tmp_path / "two")


def test_an_encoding_that_has_no_room_is_refused_at_once(
    cluster, cli, finished, tmp_path, no_tensorflow
):
    outcome = cli("encode", f"--saved_model={finished.saved_model}", "--dataset=digits",
                  f"--ray={cluster.address}", "--threads_per_worker=99")  # fmt: skip
    assert outcome.code == 2
    assert "has room for one worker of 99 CPUs" in outcome.complaint


@pytest.mark.parametrize(
    ("flags", "code", "words"),
    [
        (("--workers=99",), 2, "--workers must be "),
        (("--threads_per_worker=99",), 2, "has room for one worker of 99 CPUs"),
        (("--gpus_per_worker=1",), 2, "has room for one worker of 1 CPU and 1 GPU"),
        (("--memory_per_worker_mb=9999999",), 2, "1 CPU and 9999999 MiB"),
    ],
)
def test_what_has_no_room_is_refused_at_once(
    cluster, search, tmp_path, no_tensorflow, flags, code, words
):
    outcome = search(tmp_path, f"--ray={cluster.address}", *flags)
    assert outcome.code == code
    assert words in outcome.complaint


def test_a_token_that_is_missing_is_asked_for(cluster, search, tmp_path, no_tensorflow):
    nobody = {"RAY_AUTH_MODE": "disabled", "RAY_AUTH_TOKEN": "", "HOME": str(tmp_path)}
    with mock.patch.dict(os.environ, nobody):
        outcome = search(tmp_path / "out", f"--ray={cluster.address}")
    assert outcome.code == 2
    assert "needs a token that isn't there. Set RAY_AUTH_MODE=token" in outcome.complaint


def test_a_cluster_that_is_not_there_is_not_waited_for(
    search, tmp_path, no_tensorflow, monkeypatch
):
    monkeypatch.setattr(probe, "PATIENCE", 2.0)
    outcome = search(tmp_path, "--ray=127.0.0.1:1")
    assert outcome.code == 1
    assert "no cluster of Ray's answers there within 2 seconds" in outcome.complaint


def test_without_ray_it_says_what_to_install(search, tmp_path, no_tensorflow, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ray" else find(name)
    )
    outcome = search(tmp_path, "--ray=auto")
    assert outcome.code == 2
    assert "pip install 'kerasae[ray]'" in outcome.complaint
