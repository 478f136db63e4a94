"""Runs of several seeds below one folder."""

import dataclasses
import shutil

import pytest
from made_records import change_run, change_settings

from kerasae.config import ConfigError
from kerasae.run_dir import RunDir
from kerasae.runs import record, seeds


@pytest.fixture
def copies(finished, tmp_path):
    """Seeds 0 and 4 of the same settings."""
    for seed in (0, 4):
        shutil.copytree(finished.path, tmp_path / f"seed-{seed}")
        change_settings(RunDir(tmp_path / f"seed-{seed}"), "training", seed=seed)
    return seeds.runs_in(tmp_path)


def test_seeds_of_the_same_settings_are_averaged(copies):
    assert list(copies) == [0, 4]
    seeds.check_alike(copies)


@pytest.mark.parametrize(
    ("group", "setting", "flag"),
    [
        ("training", {"epochs": 99}, "--epochs is 3 in .*seed-0 and 99 in .*seed-4"),
        ("model_config", {"latent_dim": 5}, "--model.latent_dim is 6 in .*seed-0 and 5 in"),
    ],
)
def test_others_are_refused(copies, group, setting, flag):
    change_settings(copies[4], group, **setting)
    with pytest.raises(ConfigError, match=f"must share settings: {flag}"):
        seeds.check_alike(copies)


def test_others_of_other_images_are_refused(copies):
    dataset = dataclasses.replace(record.read(copies[4]).dataset, content="others")
    change_run(copies[4], dataset=dataset)
    with pytest.raises(ConfigError, match=r"must share their images: .* digits is .* and others"):
        seeds.check_alike(copies)


@pytest.mark.parametrize("command", ["compare --run_dirs", "readout --heads=linear --run_dir"])
def test_commands_that_average_refuse_them(cli, copies, tmp_path, command):
    change_settings(copies[4], "training", batch_size=7)
    name, *flags = command.split()
    outcome = cli(name, *flags[:-1], f"{flags[-1]}={tmp_path}")
    assert outcome.code == 2
    assert "must share settings: --batch_size is 64 in" in outcome.complaint
