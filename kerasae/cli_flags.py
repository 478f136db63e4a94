"""The flags of one command line: defined, parsed, and made into dataclasses.

A field's type decides the flag's type, its metadata the help. What absl does
on its own is kept (flagfiles, `--noflag`, later flags win); what differs:
`--help` exits with 0 and is grouped by what a user wants, and every mistake
exits with 2 and one message.
"""

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from absl import flags

from kerasae import flag_types, flagfile
from kerasae.bounds import Bounds
from kerasae.config import ConfigError, FilePath
from kerasae.flag_help import REQUIRED, FlagHelp
from kerasae.options import help_of, option_fields, require_given, type_hints, with_range
from kerasae.plugin_flags import PluginFlags
from kerasae.wording import shortened, shown


class CommandLine:
    """The flags of one CLI, in titled groups.

    Args:
        usage: What the command does and how it is called, for `--help`.
    """

    def __init__(self, usage: str):
        self.values = flags.FlagValues()
        self._help = FlagHelp(usage)
        self._annotations: dict[str, Any] = {}
        self._bounds: dict[str, Bounds | None] = {}  # Of flags that are fields.
        self._plugins: list[PluginFlags] = []
        self._chosen: dict[str, tuple[str, ...]] | None = None
        self._required: list[str] = []

    def add(
        self,
        group: str,
        name: str,
        annotation: Any,
        default: Any,
        help_text: str,
        shown_default: str | None = None,
        *,
        required: bool = False,
    ) -> None:
        """Defines one flag from a type annotation; `parse` refuses to go without a required one."""
        flag_types.define(self.values, name, annotation, default, help_text)
        self._help.add(group, name, shown_default or shown(default) or "(empty)")
        self._annotations[name] = annotation
        if required:
            self.must_be_given(name)

    def add_path(
        self,
        group: str,
        name: str,
        default: str | None,
        help_text: str,
        shown_default: str | None = None,
        *,
        required: bool = False,
    ) -> None:
        """Defines a flag for the path of a file or folder, in which `~` is the home folder."""
        self.add(group, name, FilePath, default, help_text, shown_default, required=required)

    def add_dataclass(self, group: str, config_class: type) -> None:
        """Defines a flag for every field of a dataclass that has a help text.

        A field may name a group of its own, see `config.option`. The fields of
        a field that is a dataclass itself, see `config.part`, are flags too.
        """
        hints = type_hints(config_class)
        for field in dataclasses.fields(config_class):
            if "part" in field.metadata:
                self.add_dataclass(field.metadata["part"], hints[field.name])
            elif "help" in field.metadata:
                self._add_field(field.metadata["group"] or group, field.name, field, hints)

    def explain(
        self,
        name: str,
        help_text: str,
        shown_default: str | None = None,
        bounds: Bounds | None = None,
    ) -> None:
        """Gives a flag another help text than its dataclass has, and another default in help.

        The range stays the dataclass's, or is `bounds` where less will do here.
        """
        self.values[name].help = with_range(help_text, bounds or self._bounds.get(name))
        if shown_default is not None:
            self._help.set_default(name, shown_default)

    def must_be_given(self, *names: str) -> None:
        """Makes flags required here that aren't wherever their dataclass is used."""
        self._required += names
        for name in names:
            self._help.set_default(name, REQUIRED)

    def note(self, group: str, text: str) -> None:
        """Puts a text below the title of a group in `--help`."""
        self._help.note(group, text)

    def add_plugins(self, plugins: PluginFlags) -> None:
        """Makes the options of the chosen plug-ins flags, once it is known which are chosen."""
        self._plugins.append(plugins)

    def choose(self, argv: list[str]) -> None:
        """Finds out which plug-ins a command line chooses, and defines the flags of their options.

        Raises:
            ConfigError: for a missing flagfile or an unknown plug-in.
        """
        if self._chosen is not None:
            return
        scout = flags.FlagValues()
        scout.set_gnu_getopt(True)  # Values that stand apart from their flags are no end.
        for plugins in self._plugins:
            default = self.values[plugins.flag].default
            flag_types.define(scout, plugins.flag, tuple[str, ...], default, "")
        with _as_config_errors():
            scout(flagfile.expand(argv), known_only=True)
        self.choose_plugins({plugins.flag: scout[plugins.flag].value for plugins in self._plugins})

    def choose_plugins(self, chosen: Mapping[str, Iterable[str]]) -> None:
        """Defines the flags of the options of plug-ins, once for all.

        Args:
            chosen: Names of the plug-ins by the flag that chooses them.

        Raises:
            ConfigError: for an unknown plug-in.
        """
        self._chosen = {}
        for plugins in self._plugins:
            self._chosen[plugins.flag] = tuple(dict.fromkeys(chosen[plugins.flag]))
            for name in self._chosen[plugins.flag]:
                self._add_options(plugins, name)

    def parse(self, argv: list[str]) -> None:
        """Parses a command line.

        Raises:
            ConfigError: for unknown flags, bad values, a missing flagfile or
                anything that is not a flag.
        """
        self.choose(argv)
        try:
            with _as_config_errors():
                rest = self.values(flagfile.expand(argv))
        except flags.UnrecognizedFlagError as error:
            for plugins in self._plugins:
                if said := plugins.unknown_option(error.flagname, self._chosen[plugins.flag]):
                    raise ConfigError(said) from None
            raise ConfigError(f"{shortened(str(error))}. --help lists the flags.") from None
        if len(rest) > 1:
            raise ConfigError(
                f"Everything must be given as --flag=value. Received: {shortened(shown(rest[1:]))}"
            )
        self.require(*self.required)

    def make(self, config_class: type, **others: Any) -> Any:
        """Makes a dataclass from the flags of its fields' names.

        Args:
            config_class: A class that `add_dataclass` made flags of.
            **others: Values of fields that are no flags, or in place of a flag's.
        """
        hints = type_hints(config_class)
        values = {
            field.name: self.make(hints[field.name])
            for field in dataclasses.fields(config_class)
            if "part" in field.metadata and field.name not in others
        }
        values |= {field.name: self[field.name] for field in option_fields(config_class)}
        return config_class(**values | others)

    def make_plugin_configs(self, flag: str) -> dict[str, Any]:
        """Makes the `Config` of every plug-in that a flag chose, by the plug-in's name."""
        plugins = next(plugins for plugins in self._plugins if plugins.flag == flag)
        configs = {}
        for name in self._chosen[flag]:
            values = {field.name: self[flag] for flag, field in plugins.options(name).items()}
            configs[name] = plugins.config_class(name)(**values)
        return configs

    def __getitem__(self, name: str) -> Any:
        """The value of a flag."""
        return self.values[name].value

    def set(self, name: str, value: Any) -> None:
        """Gives a flag a value of its own type, as parsing would."""
        self.values[name].value = value
        self.values[name].present += 1

    @property
    def required(self) -> Sequence[str]:
        """Flags that must be given, whatever the others are."""
        return self._required

    @property
    def annotations(self) -> Mapping[str, Any]:
        """The type of every flag by its name, in the order of their definition."""
        return self._annotations

    @property
    def plugins(self) -> Sequence[PluginFlags]:
        """The flags that choose plug-ins."""
        return self._plugins

    def chosen(self, flag: str) -> tuple[str, ...]:
        """Names of the plug-ins that a flag chose; none before it is known."""
        return (self._chosen or {}).get(flag, ())

    def shown_default(self, name: str) -> str:
        """What `--help` says of a flag's default."""
        return self._help.default(name)

    def require(self, *names: str) -> None:
        """Raises ConfigError unless each of these flags has a value.

        `parse` does so for those that are required whatever else is given.
        """
        for name in names:
            require_given(name, self[name], self.values[name].help)

    def given(self, name: str) -> bool:
        """Whether a flag was on the command line or in a flagfile."""
        return bool(self.values[name].present)

    def help(self) -> str:
        """Every flag with its default, by group; of plug-ins those that `choose` found."""
        return self._help.text(self.values)

    def _add_options(self, plugins: PluginFlags, plugin: str) -> None:
        """Defines the flags of one plug-in's options, shown below the flag that chose it."""
        hints = type_hints(plugins.config_class(plugin))
        group = plugins.group.format(plugin=plugin)
        self._help.put_below(plugins.flag, group)
        for flag, field in plugins.options(plugin).items():
            self._add_field(group, flag, field, hints)

    def _add_field(self, group: str, name: str, field: dataclasses.Field, hints: dict) -> None:
        """Defines the flag of one field of a dataclass."""
        default, shown_default = field.default, field.metadata["shown_default"]
        required = field.metadata["required"]
        text = help_of(field)
        self.add(group, name, hints[field.name], default, text, shown_default, required=required)
        self._bounds[name] = field.metadata["bounds"]


@contextlib.contextmanager
def _as_config_errors() -> Iterator[None]:
    """Raises ConfigError for what absl finds wrong with a command line, but for unknown flags."""
    try:
        yield
    except flags.UnrecognizedFlagError:
        raise
    except flags.Error as error:
        raise ConfigError(shortened(str(error))) from None
