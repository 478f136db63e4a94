"""What many tests need: the command line in this process, small data, a finished run."""

import contextlib
import dataclasses
import importlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import warm_python

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

ROOT = Path(__file__).parents[1]
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
        """The one message of a refused command; more than one line, or none, fails the test."""
        lines = self.err.splitlines()
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
        cli.run(module.command_line(), module.main)
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


@pytest.fixture(scope="session")
def small_run() -> tuple[str, ...]:
    """Flags of a run that takes a moment."""
    return SMALL_RUN


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A finished run of three epochs with validation images. Read only: tests share it."""
    from kerasae.run_dir import RunDir

    run = RunDir(tmp_path_factory.mktemp("finished") / "run")
    outcome = run_train(
        *SMALL_RUN, "--epochs=3", "--validation_fraction=0.2", f"--run_dir={run.path}"
    )
    assert outcome.code == 0, outcome.err
    return run


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


@pytest.fixture(scope="session")
def start_train() -> Callable[..., subprocess.Popen]:
    """Starts `python -m kerasae.train` as a process of its own."""

    def start(*flags: object, **kwargs) -> subprocess.Popen:
        return subprocess.Popen(
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
    import tensorflow_datasets as tfds

    folder = tmp_path_factory.mktemp("tensorflow_datasets")

    def prepare(name, features, sizes, example):
        """Writes one dataset; its class lives no longer than this call."""

        def _info(self):
            return tfds.core.DatasetInfo(
                builder=self, features=tfds.features.FeaturesDict(features), citation="nobody"
            )

        def _split_generators(self, dl_manager):
            return {split: self._generate_examples(split) for split in sizes}

        def _generate_examples(self, split):
            first = 0 if split == "train" else 1000
            return ((number, example(number)) for number in range(first, first + sizes[split]))

        methods = {
            "_info": _info,
            "_split_generators": _split_generators,
            "_generate_examples": _generate_examples,
            "VERSION": tfds.core.Version("1.0.0"),
            "__module__": __name__,
        }
        builder = type(name, (tfds.core.GeneratorBasedBuilder,), methods, skip_registration=True)
        in_two_files = tfds.download.DownloadConfig(num_shards=2)
        builder(data_dir=folder).download_and_prepare(download_config=in_two_files)

    prepare(
        "FakeLabelled",
        {
            "image": tfds.features.Image(shape=(10, 12, 3)),
            "label": tfds.features.ClassLabel(names=["cat", "dog", "unicorn"]),
        },
        {"train": 30, "test": 7},
        lambda number: {"image": fake_image(number, 10, 12, 3), "label": number % 2},
    )
    prepare(
        "FakeUnlabelled",
        {"image": tfds.features.Image(shape=(9, 9, 1))},
        {"train": 20},
        lambda number: {"image": fake_image(number, 9, 9, 1)},
    )
    prepare(
        "FakeVarying",
        {"image": tfds.features.Image(shape=(None, None, 3))},
        {"train": 10, "test": 5},
        lambda number: {"image": fake_image(number, 8 + number % 5, 8 + number % 4, 3)},
    )
    prepare("FakeText", {"text": tfds.features.Text()}, {"train": 3}, lambda n: {"text": str(n)})
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
def published(finished, tmp_path_factory) -> tuple[Path, Outcome]:
    """`(version folder, outcome)` of an export of the finished run with all there is. Read only.

    The run that it comes from, a copy, lies in the folder `run` three above. Its codes, after
    three epochs, are worth so little that 8 bits cost more of their accuracy than is allowed.
    """
    from kerasae.exporting import parity

    top = tmp_path_factory.mktemp("published")
    shutil.copytree(finished.path, top / "run")
    with mock.patch.object(parity, "LESS_ACCURACY", 0.1):
        outcome = run_cli(
            "export", f"--run_dir={top / 'run'}", "--name=small", f"--out={top / 'saved_models'}",
            "--heads=ridge",
        )  # fmt: skip
    assert outcome.code == 0, outcome.err
    return top / "saved_models" / "small" / "1", outcome
