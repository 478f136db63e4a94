"""Whole searches on few digits, in this process."""

import csv
from pathlib import Path

import pytest
import worker_faults

SPACE = """
["model.latent_dim"]
choices = [2, 4, 6]
["model.filters[0]"]
choices = [2, 4]
[learning_rate]
min = 0.003
max = 0.05
log = true
"""
TINY = """
["model.latent_dim"]
choices = [2, 4]
"""
HYPERBAND = ("--tuner=hyperband", "--max_trials=4", "--seed=0")


@pytest.fixture(scope="session")
def search_space(tmp_path_factory):
    """Writes a space's text to a file: `search_space()` the usual one."""
    folder = tmp_path_factory.mktemp("spaces")

    def write(text=None):
        text = text or SPACE
        path = folder / f"space-{abs(hash(text))}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def tiny_space():
    """The text of a space of two candidates."""
    return TINY


@pytest.fixture(scope="session")
def searched_flags(small_run):
    """Of a small run, those over which no space decides."""
    return tuple(flag for flag in small_run if not flag.startswith("--model.latent_dim"))


@pytest.fixture(scope="session")
def search(cli, searched_flags, search_space):
    """Runs a search of three epochs: `search(folder, *flags, space=toml)`."""

    def run(out, *flags, space=None):
        usual = (f"--out={out}", "--validation_fraction=0.2", "--epochs=3")
        flags = (*searched_flags, *flags)
        return cli("search", f"--space={search_space(space)}", *usual, *flags)

    return run


@pytest.fixture(scope="session")
def undisturbed(search, made_once):
    """A search of four trials, one after the other in this process. Read only."""

    def make(folder):
        outcome = search(folder / "out", *worker_faults.FLAGS)
        assert outcome.code == 0, outcome.err

    return made_once("undisturbed_search", make) / "out"


@pytest.fixture
def faults(monkeypatch):
    """Faults by trial, see `worker_faults.faulty`: `before, after`."""
    from kerasae.jobs import search as job

    before, after = {}, {}
    monkeypatch.setattr(job, "TrialPool", worker_faults.faulty(before, after))
    return before, after


@pytest.fixture(scope="session")
def trial_table():
    """Reads `trials.csv` of a search without what no two runs have in common."""

    def read(folder, without=("seconds",)):
        with (Path(folder) / "trials.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return [{name: cell for name, cell in row.items() if name not in without} for row in rows]

    return read


@pytest.fixture(scope="session")
def hyperband_flags():
    """Those of `searched`."""
    return HYPERBAND


@pytest.fixture(scope="session")
def searched(search, tmp_path_factory):
    """A search by Hyperband, four candidates for one epoch or more, and its outcome. Read only."""
    out = tmp_path_factory.mktemp("searched") / "out"
    outcome = search(out, *HYPERBAND)
    assert outcome.code == 0, outcome.err
    return out, outcome
