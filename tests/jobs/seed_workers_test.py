"""Seeds trained by real worker processes, with a fault at observed progress."""

import dataclasses
import re
import shutil

import pytest
import shortcuts
import warm_python
import worker_faults

from kerasae import csv_files, files
from kerasae.jobs import confirm, seed_runs
from kerasae.jobs.seed_runs import SeedRun
from kerasae.run_dir import RunDir
from kerasae.training import history
from kerasae.tuning import published_architectures
from kerasae.workers import local_worker

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("blank_figures")]

WORKERS = ("--workers=2", "--threads_per_worker=1")


@pytest.fixture(autouse=True)
def started():
    """The workers, forked from a process with TensorFlow."""
    with warm_python.started_by(local_worker) as found:
        yield found


def numbers(top):
    """Everything about the runs of two seeds that has no time in it."""
    found = {}
    for seed in (3, 4):
        run = RunDir(top / f"seed-{seed}")
        metrics = files.read_json(run.metrics)
        timed = ("train_seconds", "input_wait_fraction")
        found[seed] = (
            [(row.epoch, row.loss, row.mse_per_pixel) for row in history.read(run)],
            {name: value for name, value in metrics.items() if name not in (*timed, "sha256")},
        )
    return found


def test_a_worker_that_is_killed_costs_no_seed(train, small_run, tmp_path, monkeypatch, started):
    flags = (*small_run, "--epochs=2", "--seeds=3,4")
    with shortcuts.numbers_only():
        outcome = train(*flags, f"--run_dir={tmp_path / 'one'}")
    assert outcome.code == 0, outcome.err

    def kill(place):
        place.worker._process.kill()

    faults = {"seed 4": kill}
    faulty = worker_faults.faulty_by_task(faults, seed_runs.SeedPool, after_an_epoch=True)
    monkeypatch.setattr(seed_runs, "SeedPool", faulty)
    outcome = train(*flags, *WORKERS, f"--run_dir={tmp_path / 'two'}")
    assert outcome.code == 0, outcome.err
    assert not faults and len(started) == 3
    assert all(worker.poll() is not None for worker in started)
    assert "seed 4 lost its worker, and goes on with another: its process" in outcome.err
    assert "seed 3: epoch 1/2  " in outcome.err
    assert numbers(tmp_path / "two") == numbers(tmp_path / "one")
    assert (tmp_path / "two" / "seeds.csv").exists()
    again = train(*flags, *WORKERS, f"--run_dir={tmp_path / 'two'}", "--resume")
    assert again.code == 0 and len(started) == 3
    assert again.out == outcome.out


def test_a_seed_that_fails_ends_no_other(train, small_run, tmp_path, monkeypatch):
    """Its error is said when they have ended."""

    def diverging(self):
        if self.seed != 3:
            return self
        training = dataclasses.replace(self.config.training, optimizer="sgd", learning_rate=1e25)
        return dataclasses.replace(self, config=dataclasses.replace(self.config, training=training))

    monkeypatch.setattr(SeedRun, "to_send", diverging)
    flags = (*small_run, "--epochs=1", "--seeds=3,4,5", *WORKERS)
    outcome = train(*flags, f"--run_dir={tmp_path}")
    assert outcome.code == 1
    why = re.search(r"seed 3 failed: (.*)", outcome.err)[1]
    assert outcome.err.splitlines()[-1] == f"kerasae: {why}"
    finished = [folder.name for folder in tmp_path.glob("seed-*") if RunDir(folder).finished]
    assert sorted(finished) == ["seed-4", "seed-5"]
    assert not (tmp_path / "seeds.csv").exists()


@pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")
def test_what_was_found_is_confirmed_by_workers(search, tiny_space, tmp_path, started, monkeypatch):
    """The same table; the search before it had one process, and readouts have it always."""
    monkeypatch.setattr(confirm, "_read_out", lambda *_: {})
    monkeypatch.setattr(published_architectures, "configs", lambda *_: {})
    flags = ("--tuner=grid", "--epochs=1", "--max_trials=1", "--confirm_seeds=3,4")
    outcome = search(tmp_path / "one", *flags, space=tiny_space)
    assert outcome.code == 0, outcome.err
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with shortcuts.numbers_only():
        outcome = search(tmp_path / "one", *flags, "--confirm=1", "--resume", space=tiny_space)
    assert outcome.code == 0, outcome.err
    outcome = search(
        tmp_path / "two", *flags, "--confirm=1", "--resume", *WORKERS, space=tiny_space
    )
    assert outcome.code == 0, outcome.err
    assert len(started) == 2
    assert "trial 0000, seed 3: " in outcome.err
    one, two = (csv_files.read(tmp_path / out / "confirm.csv") for out in ("one", "two"))
    assert len(one) == 1
    assert one == two


@pytest.mark.parametrize(
    ("verb", "flags"),
    [
        ("train", ("--dataset=digits", "--workers=2")),
        ("reproduce", ("--experiment=cognition", "--workers=2")),
    ],
)
def test_workers_go_with_seeds(cli, no_tensorflow, tmp_path, verb, flags):
    outcome = cli(verb, *flags, f"--run_dir={tmp_path / 'run'}")
    assert outcome.code == 2
    assert "--workers and --threads_per_worker go with " in outcome.complaint
    assert "--seeds" in outcome.complaint
