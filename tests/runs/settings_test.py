"""A run's settings, from its config.json and from nowhere else."""

import dataclasses
import json

import made_records
import pytest

from kerasae import run_flags
from kerasae.config import RunError
from kerasae.run_dir import RunDir
from kerasae.runs import settings
from kerasae.runs.fingerprint import fingerprint

FLAGS = ("--dataset=mnist:3.0.1", "--data_dir=/data", "--nodownload", "--memory_budget_mb=10",
         "--classes=1,8", "--max_examples=7", "--image_size=9", "--validation_fraction=0.25",
         "--model=all_convolutional", "--model.filters=3,2", "--nomodel.tied", "--seed=5",
         "--learning_rate=1e-12", "--mixed_precision")  # fmt: skip


def write(folder, stored):
    """The record of a run of these settings."""
    made_records.write_run(RunDir(folder), settings=stored)


@pytest.fixture
def config():
    return run_flags.parse(list(FLAGS))


def test_json_gives_the_same_settings_again(config, tmp_path):
    write(tmp_path, settings.to_json(config))
    assert settings.read(RunDir(tmp_path)) == config


def test_a_setting_that_is_newer_than_the_run_has_its_default(config):
    stored = settings.to_json(config)
    del stored["training"]["mixed_precision"]
    restored = settings.from_json(stored)
    assert restored.training == dataclasses.replace(config.training, mixed_precision=False)


@pytest.mark.parametrize(
    ("group", "change", "message"),
    [
        ("training", {"epochz": 3}, "epochz is not known"),
        ("training", {"epochs": 0}, "--epochs must be 1 or more"),
        ("model_config", {"tied": True, "filters": []}, "--model.filters must be one or more"),
        ("data", [], "settings.data is none"),
        ("training", {"epochs": "3"}, "Expected `int`, got `str`"),
        ("model_config", {"filters": 3}, "Expected `array`, got `int`"),
    ],
)
def test_what_cannot_be_settings_is_refused(config, tmp_path, group, change, message):
    stored = settings.to_json(config)
    stored[group] = stored[group] | change if change else change
    write(tmp_path, stored)
    with pytest.raises(RunError, match=message):
        settings.read(RunDir(tmp_path))


def test_settings_without_a_group_are_refused(config, tmp_path):
    stored = settings.to_json(config)
    del stored["objective_config"]
    write(tmp_path, stored)
    with pytest.raises(RunError, match=r"has no 'settings\.objective_config'"):
        settings.read(RunDir(tmp_path))


def test_flags_and_json_name_settings_alike(config):
    stored, by_flag = settings.by_flag(settings.to_json(config)), run_flags.by_flag(config)
    assert stored == {
        name: list(value) if isinstance(value, tuple) else value for name, value in by_flag.items()
    }


def test_places_are_no_part_of_what_a_run_computes(config):
    elsewhere = dataclasses.replace(
        config, data=dataclasses.replace(config.data, data_dir="/other", download=True)
    )
    assert settings.differences(config, elsewhere) == []
    other = dataclasses.replace(config, data=dataclasses.replace(config.data, memory_budget_mb=11))
    assert settings.differences(config, other) == [("--memory_budget_mb", 10, 11)]


def test_places_of_this_machine_can_be_left_out(config):
    stored = settings.to_json(config)
    found = settings.without_places(stored)
    assert "/data" not in json.dumps(found)
    assert found["data"] == {
        name: value for name, value in stored["data"].items() if name not in settings.PLACES
    }
    assert stored["data"]["data_dir"] == "/data", "the run's own settings stay"


def test_of_other_families_the_name_is_all_that_differs(config):
    other = run_flags.parse(["--seed=1"])
    assert settings.differences(config, other) == [("--model", "all_convolutional", "pooled")]


def test_where_a_dataset_lies_decides_nothing(config):
    """Its content does, which is compared once it is opened."""

    def of(dataset):
        return dataclasses.replace(config, data=dataclasses.replace(config.data, dataset=dataset))

    one, moved, other = map(of, ("folder:/a", "folder:/b", "npz:/a"))
    spec = made_records.spec("folder:/a")
    assert settings.differences(one, moved) == []
    assert fingerprint(one, spec) == fingerprint(moved, spec) != fingerprint(other, spec)
    assert settings.differences(one, other) == [("--dataset", "folder:", "npz:")]
