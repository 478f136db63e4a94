"""What many tests need: folders that they share, what is cut short, and who holds a lock."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import filelock
import pytest
import shortcuts

from kerasae import files

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# What tests compute is so small that threads cost more than they save, above all where two
# processes run tests.
for variable in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

ROOT = Path(__file__).parents[1]
pytest_plugins = ["command_lines", "datasets_of_tests", "encodes_of_tests", "runs_of_tests"]


def pytest_configure(config):
    """Keras's own conversion to NumPy warns on every call; that is nothing to act on here."""
    config.addinivalue_line("filterwarnings", "ignore:__array__ implementation:DeprecationWarning")
    # What a shell starts in the background ignores interrupts, and so does all that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Files with slow tests come first, so that two processes end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Callable[..., Path]:
    """Makes a folder in one of the processes that run tests, for all of them to read."""
    top = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        top = top.parent

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        path = top / name
        with filelock.FileLock(top / f"{name}.lock"):
            if not path.exists():
                with files.atomic_path(path) as new:
                    new.mkdir()
                    make(new)
        return path

    return folder


@pytest.fixture(scope="module")
def numbers_only():
    """As `shortcuts.numbers_only`, for all tests of a file."""
    with shortcuts.numbers_only():
        yield


@pytest.fixture(scope="module")
def no_saved_model():
    """As `shortcuts.no_saved_model`, for all tests of a file."""
    with shortcuts.no_saved_model():
        yield


@pytest.fixture(scope="module")
def blank_figures():
    """As `shortcuts.blank_figures`, for all tests of a file."""
    with shortcuts.blank_figures():
        yield


@pytest.fixture(scope="module")
def short_heads():
    """As `shortcuts.short_heads`, for all tests of a file."""
    with shortcuts.short_heads():
        yield


@pytest.fixture(autouse=True)
def _interrupts_as_before():
    """A command that was interrupted leaves the next interrupt to the system, see `cli`."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _nothing_waits_for_the_disk():
    """A test that ends has no use for files that outlive the machine."""
    with mock.patch.object(os, "fsync", lambda _: None):
        yield


@pytest.fixture(scope="session")
def fake_search() -> Callable[..., Path]:
    """Writes the directory of a search that never ran: `fake_search(folder, trials=30)`."""
    import fake_search

    return fake_search.write


@pytest.fixture
def float_policy():
    """Sets Keras's global dtype policy for one test."""
    import keras

    before = keras.config.dtype_policy()
    yield keras.config.set_dtype_policy
    keras.config.set_dtype_policy(before)


@pytest.fixture
def lock_holder():
    """Starts a process that holds a run directory's lock until it is killed."""
    holders = []

    def start(path: Path) -> subprocess.Popen:
        code = (
            "import sys, time\n"
            "from kerasae.run_dir import RunDir\n"
            "run = RunDir(sys.argv[1])\n"
            "run.create()\n"
            "with run.locked():\n"
            "    print('held', flush=True)\n"
            "    time.sleep(300)\n"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        holders.append(holder)
        assert holder.stdout.readline() == "held\n"
        return holder

    yield start
    for holder in holders:
        holder.kill()
        holder.wait()
        holder.stdout.close()


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_tests(tmp_path_factory):
    """What datasets keep for later goes where the tests' files go."""
    folder = str(tmp_path_factory.mktemp("cache"))
    with mock.patch.dict(os.environ, KERASAE_CACHE_DIR=folder):
        yield
