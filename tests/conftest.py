"""What many tests need: the command line in this process, small data, a finished run."""

import contextlib
import dataclasses
import importlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import filelock
import pytest
import shortcuts
import warm_python

from kerasae import files
from kerasae.run_dir import RunDir

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# What tests compute is so small that threads cost more than they save, above all where two
# processes run tests.
for variable in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

ROOT = Path(__file__).parents[1]
# The first line of a job, see `kerasae/data/in_words.py`.
IMAGES = re.compile(r" training\b.* test images of \d+x\d+ pixels")
# A process that takes longer hangs.
PROCESS_SECONDS = 300

# Digits, few of them, and a model that trains in a moment.
SMALL_RUN = (
    "--dataset=digits",
    "--max_examples=200",
    "--image_size=12",
    "--model.filters=4,2",
    "--model.dense_sizes=",
    "--model.latent_dim=6",
    "--batch_size=64",
)


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


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a command line left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one message of a refused command; more than one line, or none, fails the test.

        What was refused only when the images were there has the line on them before it.
        """
        lines = self.err.splitlines()
        lines = lines[1:] if lines and IMAGES.search(lines[0]) else lines
        assert len(lines) == 1, f"one message was expected, not:\n{self.err}"
        assert lines[0].startswith("kerasae: ")
        return lines[0].removeprefix("kerasae: ")


def run_cli(name: str, *flags: object) -> Outcome:
    """`python -m kerasae.<name>` in this process."""
    from kerasae import cli

    module = importlib.import_module(f"kerasae.{name}")
    out, err = io.StringIO(), io.StringIO()
    arguments = [f"kerasae.{name}", *map(str, flags)]
    with (
        mock.patch.object(sys, "argv", arguments),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as exit_,
    ):
        cli.run(module.command_line, module.main)
    return Outcome(exit_.value.code, out.getvalue(), err.getvalue())


def run_train(*flags: object) -> Outcome:
    """`python -m kerasae.train` in this process."""
    return run_cli("train", *flags)


@pytest.fixture(scope="session")
def cli() -> Callable[..., Outcome]:
    """Runs any of kerasae's command lines in this process: `cli("compare", "--out=…")`."""
    return run_cli


@pytest.fixture(scope="session")
def train() -> Callable[..., Outcome]:
    """Runs the training command line; in this process, which spares importing TensorFlow."""
    return run_train


@pytest.fixture
def no_tensorflow(monkeypatch):
    """Fails a test whose command line, run in this process, would import TensorFlow."""
    from kerasae import cli

    monkeypatch.setattr(cli, "import_tensorflow_quietly", lambda: pytest.fail("TensorFlow"))


@pytest.fixture(scope="session")
def small_run() -> tuple[str, ...]:
    """Flags of a run that takes a moment."""
    return SMALL_RUN


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


@pytest.fixture(scope="session")
def finished(made_once):
    """A finished run of three epochs with validation images. Read only: tests share it."""

    def make(folder):
        flags = ("--epochs=3", "--validation_fraction=0.2", f"--run_dir={folder / 'run'}")
        outcome = run_train(*SMALL_RUN, *flags)
        assert outcome.code == 0, outcome.err

    return RunDir(made_once("finished", make) / "run")


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess]:
    """Runs a piece of Python in a fresh process, with kerasae's checkout at hand.

    `warm=True` takes one that has imported TensorFlow, which spares seconds.
    """

    def run(code: str, *arguments: object, cwd: Path = ROOT, warm: bool = False):
        command = ["-c", code, *map(str, arguments)]
        if warm:
            return warm_python.run(command, cwd, PROCESS_SECONDS)
        return subprocess.run(
            [sys.executable, *command],
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=PROCESS_SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="session", autouse=True)
def _warm_checks_of_exports():
    """What an export is tried in has imported TensorFlow; `fresh_process_test.py` has a new one."""
    from kerasae.exporting import fresh_process

    def run_script(script, job):
        return warm_python.run([script, str(job)], job, PROCESS_SECONDS)

    with mock.patch.object(fresh_process, "run_script", run_script):
        yield


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
def start_train() -> Callable[..., subprocess.Popen]:
    """Starts `python -m kerasae.train` as a process of its own."""

    def start(*flags: object, **kwargs) -> subprocess.Popen:
        kind = subprocess.Popen if "preexec_fn" in kwargs else warm_python.Popen
        return kind(
            [sys.executable, "-m", "kerasae.train", *map(str, flags)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **kwargs,
        )

    return start


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of prepared TFDS datasets with the real MNIST; the test is skipped without."""
    folders = [os.environ.get("TFDS_DATA_DIR"), ROOT.parent / "shared" / "tensorflow_datasets"]
    for folder in filter(None, folders):
        if (Path(folder) / "mnist").is_dir():
            return Path(folder).resolve()
    pytest.skip("real MNIST is prepared neither in $TFDS_DATA_DIR nor beside the repository")


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


@pytest.fixture(scope="session")
def fake_datasets(tmp_path_factory, fake_image) -> Path:
    """A folder of small TFDS datasets, prepared as TFDS does, whose code is then forgotten.

    Examples are numbered from 0 in train and from 1000 in test; each split lies in two files.

    | name | images | labels | splits |
    |---|---|---|---|
    | `fake_labelled` | RGB, 10x12 | cat, dog, unicorn (none of them) | train 30, test 7 |
    | `fake_unlabelled` | gray, 9x9 | none | train 20 |
    | `fake_varying` | RGB, 8x8 to 12x11 | none | train 10, test 5 |
    | `fake_text` | none at all | | train 3 |
    """
    import small_datasets
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("tensorflow_datasets")

    def prepare(name, features, sizes, example):
        """Writes one dataset of numbered examples."""
        splits = {
            split: [example(number + (0 if split == "train" else 1000)) for number in range(size)]
            for split, size in sizes.items()
        }
        small_datasets.write(folder, name, features, splits, citation="nobody")

    prepare(
        "fake_labelled",
        {
            "image": tfds.features.Image(shape=(10, 12, 3)),
            "label": tfds.features.ClassLabel(names=["cat", "dog", "unicorn"]),
        },
        {"train": 30, "test": 7},
        lambda number: {"image": fake_image(number, 10, 12, 3), "label": number % 2},
    )
    prepare(
        "fake_unlabelled",
        {"image": tfds.features.Image(shape=(9, 9, 1))},
        {"train": 20},
        lambda number: {"image": fake_image(number, 9, 9, 1)},
    )
    prepare(
        "fake_varying",
        {"image": tfds.features.Image(shape=(None, None, 3))},
        {"train": 10, "test": 5},
        lambda number: {"image": fake_image(number, 8 + number % 5, 8 + number % 4, 3)},
    )
    prepare("fake_text", {"text": tfds.features.Text()}, {"train": 3}, lambda n: {"text": str(n)})
    return folder


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_tests(tmp_path_factory):
    """What datasets keep for later goes where the tests' files go."""
    folder = str(tmp_path_factory.mktemp("cache"))
    with mock.patch.dict(os.environ, KERASAE_CACHE_DIR=folder):
        yield


@pytest.fixture(scope="session")
def own_images_folder(made_once) -> Path:
    """Digits as a user's own images, see `own_images.write_all`. Read only."""
    import own_images

    return made_once("own_images", own_images.write_all)


@pytest.fixture(scope="session")
def odd_datasets(tmp_path_factory) -> Path:
    """A folder of datasets with labels that are not as one would wish, see `odd_datasets.py`."""
    import odd_datasets

    folder = tmp_path_factory.mktemp("odd_datasets")
    odd_datasets.write_all(folder)
    return folder


@pytest.fixture(scope="session")
def fake_image():
    """The image that `fake_datasets` made for an example's number."""
    import numpy as np

    def image(number, height, width, channels):
        draw = np.random.default_rng(number)
        return draw.integers(0, 256, (height, width, channels), np.uint8)

    return image


@pytest.fixture(scope="session")
def published(finished, made_once) -> tuple[Path, Outcome]:
    """`(version folder, outcome)` of an export of the finished run with all there is. Read only.

    The run that it comes from, a copy, lies in the folder `run` three above. Its codes, after
    three epochs, are worth so little that 8 bits cost more of their accuracy than is allowed.
    """

    from kerasae.exporting import parity

    def make(folder):
        shutil.copytree(finished.path, folder / "run")
        with mock.patch.object(parity, "LESS_ACCURACY", 0.1), contextlib.chdir(folder):
            outcome = run_cli(
                "export", "--run_dir=run", "--name=small", "--out=saved_models", "--heads=ridge"
            )
        assert outcome.code == 0, outcome.err
        files.write_json(folder / "outcome.json", dataclasses.asdict(outcome))

    top = made_once("published", make)
    outcome = Outcome(**files.read_json(top / "outcome.json"))
    return top / "saved_models" / "small" / "1", outcome
