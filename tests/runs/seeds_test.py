"""Runs of several seeds below one folder."""

import shutil

import pytest

from kerasae import files
from kerasae.config import ConfigError
from kerasae.runs import seeds


@pytest.fixture
def copies(finished, tmp_path):
    """Seeds 0 and 4 of the same settings."""
    for seed in (0, 4):
        shutil.copytree(finished.path, tmp_path / f"seed-{seed}")
        change(tmp_path / f"seed-{seed}" / "config.json", "training", seed=seed)
    return seeds.runs_in(tmp_path)


def change(path, group, **settings):
    config = files.read_json(path)
    config["settings"][group] |= settings
    files.write_json(path, config)


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
    change(copies[4].config, group, **setting)
    with pytest.raises(ConfigError, match=f"must share settings: {flag}"):
        seeds.check_alike(copies)


@pytest.mark.parametrize("command", ["compare --run_dirs", "readout --heads=linear --run_dir"])
def test_commands_that_average_refuse_them(cli, copies, tmp_path, command):
    change(copies[4].config, "training", batch_size=7)
    name, *flags = command.split()
    outcome = cli(name, *flags[:-1], f"{flags[-1]}={tmp_path}")
    assert outcome.code == 2
    assert "must share settings: --batch_size is 64 in" in outcome.complaint
