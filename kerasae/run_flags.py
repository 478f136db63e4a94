"""The flags of a training run, and a flagfile that runs it again."""

import dataclasses
import typing
from types import ModuleType

from kerasae import registry
from kerasae.cli_flags import CommandLine, flag_lines
from kerasae.config import ConfigError, DataConfig, RunConfig, TrainingConfig, shown
from kerasae.data import sources

DEFAULT_FAMILY = "pooled"
PREFIX = "model."
# What of the data can be chosen when a trained encoder is applied to a dataset.
APPLIED_DATA = ("data_dir", "download", "classes", "max_examples", "memory_budget_mb")


def define(command_line: CommandLine) -> None:
    """Adds the groups Model, Data and Training to a command line."""
    families = _families()
    command_line.add(
        "Model",
        "model",
        typing.Literal[tuple(families)],
        DEFAULT_FAMILY,
        "the model family; the options below marked with its name go with it",
    )
    for option, owners in _options(families).items():
        fields = {name: _field(families[name], option) for name in owners}
        first = owners[0]
        command_line.add(
            "Model",
            f"{PREFIX}{option}",
            typing.get_type_hints(families[first].Config)[option] | None,
            None,
            fields[first].metadata["help"],
            shown_default="; ".join(
                f"{name}: {shown(field.default) or '(empty)'}" for name, field in fields.items()
            ),
        )
    command_line.add_dataclass("Data", DataConfig)
    command_line.values["dataset"].help = sources.help_text()
    command_line.add_dataclass("Training", TrainingConfig)


def explain_unknown(flag: str) -> str | None:
    """What to say of an unknown flag that looks like a model option."""
    if not flag.startswith(PREFIX):
        return None
    return f"--{flag} is not an option of any model family. {_known_options(_families())}"


def read(command_line: CommandLine, **training_overrides) -> RunConfig:
    """Makes the run's config from parsed flags.

    Args:
        command_line: Parsed, with the groups of `define`.
        **training_overrides: Fields of `TrainingConfig` to set otherwise.

    Raises:
        ConfigError: for a setting that is wrong by itself or beside another.
    """
    families = _families()
    model = command_line.values["model"].value
    given = {
        option: command_line.values[f"{PREFIX}{option}"].value
        for option in _options(families)
        if command_line.values[f"{PREFIX}{option}"].value is not None
    }
    config_class = families[model].Config
    own = {field.name for field in dataclasses.fields(config_class)}
    foreign = sorted(set(given) - own)
    if foreign:
        raise ConfigError(
            f"--model={model} has no option {', '.join(PREFIX + name for name in foreign)}. "
            f"{_known_options({model: families[model]})}"
        )
    training = command_line.make(TrainingConfig)
    return RunConfig(
        data=command_line.make(DataConfig),
        training=dataclasses.replace(training, **training_overrides),
        model=model,
        model_config=config_class(**given),
    )


def flagfile(config: RunConfig) -> str:
    """A flagfile with every setting of a run, defaults too, so that it stays the same run."""
    settings = [
        ("model", config.model),
        *((f"{PREFIX}{name}", value) for name, value in _items(config.model_config)),
        *_items(config.data),
        *_items(config.training),
    ]
    title = "# Runs this again: python -m kerasae.train --flagfile=THIS_FILE --run_dir=NEW"
    return "\n".join([title, *flag_lines(settings), ""])


def define_applied_data(command_line: CommandLine, own: str = "the run's own") -> None:
    """Adds the group Data for a trained encoder that is applied to a dataset.

    Args:
        command_line: To add to.
        own: What happens where no dataset is given, for the help.
    """
    command_line.add("Data", "dataset", str | None, None, sources.help_text(), own)
    command_line.add(
        "Data", "resize", bool, False, "bring images of another size to the size of the encoder"
    )
    hints = typing.get_type_hints(DataConfig)
    for field in dataclasses.fields(DataConfig):
        if field.name in APPLIED_DATA:
            command_line.add(
                "Data", field.name, hints[field.name], field.default, field.metadata["help"]
            )


def read_applied_data(command_line: CommandLine, own_dataset: str) -> DataConfig:
    """The data that the flags of `define_applied_data` ask for."""
    given = {name: command_line.values[name].value for name in APPLIED_DATA}
    return DataConfig(dataset=command_line.values["dataset"].value or own_dataset, **given)


def _items(config) -> list[tuple[str, object]]:
    return [(field.name, getattr(config, field.name)) for field in dataclasses.fields(config)]


def _families() -> dict[str, ModuleType]:
    return registry.load_all(registry.FAMILIES)


def _field(family: ModuleType, option: str) -> dataclasses.Field:
    return next(field for field in dataclasses.fields(family.Config) if field.name == option)


def _options(families: dict[str, ModuleType]) -> dict[str, list[str]]:
    """Every option with the families that have it, in the order of their definition."""
    owners: dict[str, list[str]] = {}
    for name, family in families.items():
        for field in dataclasses.fields(family.Config):
            owners.setdefault(field.name, []).append(name)
    return owners


def _known_options(families: dict[str, ModuleType]) -> str:
    options = {
        name: [PREFIX + field.name for field in dataclasses.fields(family.Config)]
        for name, family in families.items()
    }
    return "; ".join(f"{name} knows {', '.join(known)}" for name, known in options.items()) + "."
