"""What can be refused before TensorFlow starts: a run directory that is not what is needed."""

import dataclasses
import os
from pathlib import Path
from typing import Any

from kerasae import files, run_flags
from kerasae.cli_flags import CommandLine, command
from kerasae.config import (
    ConfigError,
    DataConfig,
    RunConfig,
    RunError,
    TrainingConfig,
    require,
    shown,
)
from kerasae.data import sources
from kerasae.data.dataset_name import same_dataset
from kerasae.run_dir import RunDir

# Where the data lies is no part of what the run computes.
PLACES = ("data_dir", "download")
GROUPS = ("model_config", "data", "training")


def settings(config: RunConfig) -> dict[str, Any]:
    """Everything that decides what a run computes, ready for JSON."""
    data = {k: v for k, v in dataclasses.asdict(config.data).items() if k not in PLACES}
    return {
        "model": config.model,
        "model_config": _plain(dataclasses.asdict(config.model_config)),
        "data": _plain(data),
        "training": _plain(dataclasses.asdict(config.training)),
    }


def check_image_size(config: RunConfig) -> None:
    """Refuses images that the model can't decode, as far as their size is known already.

    Raises:
        ConfigError: with the sizes that would work.
    """
    data = config.data
    size = data.target_size or sources.image_size(data.dataset, data.data_dir)
    if size:
        config.model_config.check_image_size(size)


def check_run_dir(run: RunDir, config: RunConfig, resume: bool) -> None:
    """Refuses a directory that this run may not write, before anything slow starts.

    Raises:
        ConfigError: where it can't be written, holds a run already, or with
            `resume` holds a run of other settings.
    """
    run.create()
    if not run.holds_a_run:
        return
    if not resume:
        raise ConfigError(
            f"{run.path} already holds a run. --resume goes on with it; another --run_dir starts "
            "a new one."
        )
    if not run.config.exists():
        raise ConfigError(f"{run.path} holds files of a run but no config.json to resume from.")
    current, stored = settings(config), stored_settings(run)
    # A setting that is newer than the run had its default's effect then.
    defaults = settings(RunConfig(DataConfig(), TrainingConfig(), "", type(config.model_config)()))
    stored |= {group: defaults[group] | stored[group] for group in GROUPS}
    differing = [
        f"{flag} was {shown(was)} and is now {shown(now)}"
        for flag, was, now in differences(stored, current)
    ]
    if differing:
        raise ConfigError(
            f"--resume goes on with the same settings only; in {run.path} {'; '.join(differing)}."
        )


def check_writable(out: Path, folder: Path) -> None:
    """Refuses an `--out` whose folder can't be written, or made; makes nothing.

    Raises:
        ConfigError: where it can't.
    """
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    require(there.is_dir() and os.access(there, os.W_OK), "--out can't be written.", out=out)


def check_finished(run: RunDir) -> None:
    """Refuses a directory without a finished run; needs no TensorFlow.

    Raises:
        ConfigError: with the command that makes what is missing.
    """
    if not run.holds_a_run:
        raise ConfigError(
            f"--run_dir={run.path} holds no run. "
            f"{command('train', '--flagfile=…', f'--run_dir={run.path}')} makes one."
        )
    if not run.finished or not run.model.exists():
        missing = [path.name for path in (run.model, run.metrics) if not path.exists()]
        resume = command("train", f"--flagfile={run.flags}", f"--run_dir={run.path}", "--resume")
        raise ConfigError(
            f"The run in {run.path} is not finished: {', '.join(missing)} missing. "
            f"{resume} goes on with it."
        )


def check_other_dataset(other: str | None, own: str) -> None:
    """Refuses a run's own dataset, in any version, as the one to be told from it.

    Raises:
        ConfigError: where both are the same.
    """
    require(
        other is None or not same_dataset(other, own),
        f"--other_dataset must differ from the run's own, {own}.",
        other_dataset=other,
    )


def config_of(run: RunDir) -> RunConfig:
    """The settings in a run's `flags.txt`."""
    line = CommandLine("")
    run_flags.define(line)
    line.parse(["kerasae", f"--flagfile={run.flags}"])
    return run_flags.read(line)


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Flag and both values of every setting that differs; of other models the model only.

    A setting that one of them hasn't is newer than that run and not compared.

    Args:
        one, other: As `settings` and `stored_settings` give them.
    """
    if one["model"] != other["model"]:
        return [("--model", one["model"], other["model"])]
    return [
        (f"--{_flag(group, name)}", one[group][name], value)
        for group in GROUPS
        for name, value in other[group].items()
        if name in one[group] and one[group][name] != value
    ]


def stored_settings(run: RunDir) -> dict[str, Any]:
    """The settings in `config.json`.

    Raises:
        RunError: where it is not such a file.
    """
    content = files.read_json(run.config)
    stored = content.get("settings") if isinstance(content, dict) else None
    if not isinstance(stored, dict) or not all(
        isinstance(stored.get(name), kind)
        for name, kind in {"model": str, **dict.fromkeys(GROUPS, dict)}.items()
    ):
        raise RunError(f"{run.config} is damaged: it has no settings of a run.")
    return stored


def _flag(group: str, name: str) -> str:
    return f"{run_flags.PREFIX}{name}" if group == "model_config" else name


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as the lists they become in JSON, so that settings compare with stored ones."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
