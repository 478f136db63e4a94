"""A finished run and its export, which many tests read."""

import contextlib
import dataclasses
import shutil
from pathlib import Path
from unittest import mock

import pytest
import warm_python
from command_lines import PROCESS_SECONDS, SMALL_RUN, Outcome, run_cli, run_train

from kerasae import files
from kerasae.run_dir import RunDir


@pytest.fixture(scope="session")
def finished(made_once):
    """A finished run of three epochs with validation images. Read only: tests share it."""

    def make(folder):
        flags = ("--epochs=3", "--validation_fraction=0.2", f"--run_dir={folder / 'run'}")
        outcome = run_train(*SMALL_RUN, *flags)
        assert outcome.code == 0, outcome.err

    return RunDir(made_once("finished", make) / "run")


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


@pytest.fixture(scope="session", autouse=True)
def _warm_checks_of_exports():
    """What an export is tried in has imported TensorFlow; `fresh_process_test.py` has a new one."""
    from kerasae.exporting import fresh_process

    def run_script(script, job):
        return warm_python.run([script, str(job)], job, PROCESS_SECONDS)

    with mock.patch.object(fresh_process, "run_script", run_script):
        yield
