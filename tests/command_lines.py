"""kerasae's command lines, run in this process or in one of their own."""

import contextlib
import dataclasses
import importlib
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import warm_python

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
