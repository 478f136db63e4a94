"""The settings of a run in its `config.json`, the one source of them."""

import dataclasses
from typing import Any

import msgspec

from kerasae import registry
from kerasae.config import ConfigError, RunError
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import without_path
from kerasae.run_config import RunConfig, TrainingConfig
from kerasae.run_dir import RunDir
from kerasae.run_flags import MODEL, OBJECTIVE
from kerasae.runs import record

# Where the data lies is no part of what the run computes.
PLACES = ("data_dir", "download")
# Groups of settings with the names of their kinds in `config.json`.
GROUPS = {
    "model": str,
    "model_config": dict,
    "training_objective": str,
    "objective_config": dict,
    "data": dict,
    "training": dict,
}


def to_json(config: RunConfig) -> dict[str, Any]:
    """Every setting of a run, by group, ready for JSON."""
    return {
        group: _plain(getattr(config, group)) if kind is dict else getattr(config, group)
        for group, kind in GROUPS.items()
    }


def from_json(settings: dict[str, Any]) -> RunConfig:
    """The config that `to_json` wrote; a setting that is newer than the run has its default.

    Raises:
        ConfigError: for an unknown plug-in or setting, or a value that can't be.
    """
    family = registry.load(registry.FAMILIES, settings["model"], f"--{MODEL.flag}")
    objective = registry.load(
        registry.OBJECTIVES, settings["training_objective"], f"--{OBJECTIVE.flag}"
    )
    return RunConfig(
        data=_restored(DataConfig, settings["data"]),
        training=_restored(TrainingConfig, settings["training"]),
        model=settings["model"],
        model_config=_restored(family.Config, settings["model_config"]),
        training_objective=settings["training_objective"],
        objective_config=_restored(objective.Config, settings["objective_config"]),
    )


def read(run: RunDir) -> RunConfig:
    """The settings that a run was trained with.

    Raises:
        RunError: where `config.json` is missing, damaged or of another version of kerasae.
    """
    return of_record(run, record.read(run))


def of_record(run: RunDir, recorded: record.RunRecord) -> RunConfig:
    """The settings of a run whose record was read already; raises as `read`."""
    stored = recorded.settings
    missing = [name for name in GROUPS if name not in stored]
    if missing:
        raise RunError(
            f"{run.config} is damaged, or of another version of kerasae: it has no "
            f"'settings.{missing[0]}'."
        )
    wrong = [name for name, kind in GROUPS.items() if not isinstance(stored[name], kind)]
    if wrong:
        raise RunError(f"{run.config} is damaged: settings.{wrong[0]} is none.")
    try:
        return from_json(stored)
    except ConfigError as error:
        raise RunError(
            f"{run.config} holds settings that this kerasae can't read: {error}"
        ) from None


def without_places(
    settings: dict[str, Any], data_config: DataConfig | None = None
) -> dict[str, Any]:
    """Settings from `to_json` that decide what a run computes, wherever its data lies.

    Args:
        settings: Of the run.
        data_config: Data in the place of the run's own; its own where None.
    """
    data = settings["data"] if data_config is None else _plain(data_config)
    kept = {name: value for name, value in data.items() if name not in PLACES}
    return {**settings, "data": kept}


def decisive(config: RunConfig) -> dict[str, Any]:
    """What `without_places` leaves, and of a dataset in a file or folder its kind alone.

    Whether its images are the same is known by their content, which must count beside this.
    """
    found = without_places(to_json(config))
    dataset = without_path(config.data.dataset)
    return {**found, "data": found["data"] | {"dataset": dataset}}


def by_flag(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings from `to_json` by the flag that sets each."""
    return {
        MODEL.flag: settings["model"],
        **_options(MODEL.option, settings["model"], settings["model_config"]),
        OBJECTIVE.flag: settings["training_objective"],
        **_options(OBJECTIVE.option, settings["training_objective"], settings["objective_config"]),
        **settings["data"],
        **settings["training"],
    }


def differences(one: RunConfig, other: RunConfig) -> list[tuple[str, Any, Any]]:
    """Flag and both values of every setting that differs, see `decisive`.

    Of other models or objectives their names only: their options aren't comparable.
    """
    first, second = (by_flag(decisive(config)) for config in (one, other))
    names = [flag for flag in (MODEL.flag, OBJECTIVE.flag) if first[flag] != second[flag]]
    flags = names or [flag for flag in second if first[flag] != second[flag]]
    return [(f"--{flag}", first[flag], second[flag]) for flag in flags]


def _options(flag: str, plugin: str, options: dict[str, Any]) -> dict[str, Any]:
    return {flag.format(plugin=plugin, option=name): value for name, value in options.items()}


def _plain(config: Any) -> dict[str, Any]:
    """Fields of a dataclass, tuples as the lists that they become in JSON."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in dataclasses.asdict(config).items()
    }


def _restored(config_class: type, values: dict[str, Any]) -> Any:
    """A dataclass of what `_plain` made of it."""
    unknown = sorted(set(values) - {field.name for field in dataclasses.fields(config_class)})
    if unknown:
        raise ConfigError(f"{', '.join(unknown)} is not known.")
    try:
        return msgspec.convert(values, config_class)
    except msgspec.ValidationError as error:
        raise ConfigError(str(error)) from None
