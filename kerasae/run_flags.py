"""The flags of a training run, and a flagfile that runs it again."""

import typing
from collections.abc import Mapping
from typing import Any

from kerasae import registry
from kerasae.cli_flags import CommandLine
from kerasae.data import dataset_name, sources
from kerasae.data.config import DataConfig
from kerasae.flagfile import setting_lines
from kerasae.options import option_fields
from kerasae.plugin_flags import PluginFlags
from kerasae.run_config import RunConfig, TrainingConfig

PREFIX = "model."
MODEL = PluginFlags("model", registry.FAMILIES, f"{PREFIX}{{option}}", "Model {plugin}")
OBJECTIVE = PluginFlags(
    "training_objective", registry.OBJECTIVES, "training_objective.{option}", "Objective {plugin}"
)
OBJECTIVE_PREFIX = f"{OBJECTIVE.flag}."
DEFAULTS = {"model": "pooled", "training_objective": "reconstruction"}


def define(line: CommandLine) -> None:
    """Adds model, training objective, data and training to a command line."""
    for plugins, text in (
        (MODEL, "the model family; with --help, the options of the family that is given"),
        (OBJECTIVE, "what training minimises"),
    ):
        known = typing.Literal[registry.names(plugins.package)]
        title = plugins.group.removesuffix(" {plugin}")
        line.add(title, plugins.flag, known, DEFAULTS[plugins.flag], text)
        line.add_plugins(plugins)
    line.add_dataclass("Data", DataConfig)
    line.explain("dataset", sources.help_text())
    line.add_dataclass("Training", TrainingConfig)


def read(line: CommandLine, **training_overrides: Any) -> RunConfig:
    """Makes the run's config from parsed flags.

    Args:
        line: Parsed, with the flags of `define`.
        **training_overrides: Fields of `TrainingConfig` to set otherwise.

    Raises:
        ConfigError: for a setting that is wrong by itself or beside another.
    """
    (model_config,) = line.make_plugin_configs(MODEL.flag).values()
    (objective_config,) = line.make_plugin_configs(OBJECTIVE.flag).values()
    return RunConfig(
        data=dataset_name.at_its_place(line.make(DataConfig)),
        training=line.make(TrainingConfig, **training_overrides),
        model=line[MODEL.flag],
        model_config=model_config,
        training_objective=line[OBJECTIVE.flag],
        objective_config=objective_config,
    )


def by_flag(config: RunConfig) -> dict[str, Any]:
    """Every setting of a run by the flag that sets it."""
    return {
        MODEL.flag: config.model,
        **_options(MODEL, config.model, config.model_config),
        OBJECTIVE.flag: config.training_objective,
        **_options(OBJECTIVE, config.training_objective, config.objective_config),
        **_fields(config.data),
        **_fields(config.training),
    }


def flagfile(config: RunConfig, more: Mapping[str, Any] | None = None) -> str:
    """A flagfile with every setting of a run, defaults too, so that it stays the same run.

    Args:
        config: The settings.
        more: Values by flag of what is no setting of a run by itself.
    """
    title = "# Runs this again: python -m kerasae.train --flagfile=THIS_FILE --run_dir=NEW"
    return "\n".join([title, *setting_lines((by_flag(config) | (more or {})).items()), ""])


def parse(arguments: list[str], **training_overrides: Any) -> RunConfig:
    """Makes the config that flags such as `--flagfile=…` or `--epochs=3` stand for.

    Raises:
        ConfigError: as a command line would.
    """
    line = CommandLine("")
    define(line)
    line.parse(["kerasae", *arguments])
    return read(line, **training_overrides)


def _options(plugins: PluginFlags, name: str, config: Any) -> dict[str, Any]:
    """Values of a plug-in's options by flag."""
    return {flag: getattr(config, field.name) for flag, field in plugins.options(name).items()}


def _fields(config: Any) -> dict[str, Any]:
    """Values of a dataclass by flag."""
    return {field.name: getattr(config, field.name) for field in option_fields(type(config))}
