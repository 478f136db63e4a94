"""Dataclass fields and options of plug-ins as absl flags.

A field's type decides the flag's type, its metadata the help. What absl does
on its own is kept (flagfiles, `--noflag`, later flags win); what differs:
`--help` exits with 0 and is grouped by what a user wants, and every mistake
exits with 2 and one message.
"""

import contextlib
import dataclasses
import textwrap
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from absl import flags

from kerasae import files, flagfile, registry
from kerasae.config import ConfigError, FilePath
from kerasae.options import help_of, option_fields, require_given
from kerasae.wording import shortened, shown

MAX_DIGITS = 1_000
# What `--help` says in place of a default.
REQUIRED = "required"
# The values of a flag that is on or off.
SWITCH = ("true", "false")


class _TupleParser(flags.ArgumentParser):
    """Comma-separated values of one type."""

    syntactic_help = "comma-separated"

    def __init__(self, item_type: Any):
        self.item_type = item_type
        self.make = files.expand_user if item_type is FilePath else item_type

    def parse(self, argument):
        if isinstance(argument, (tuple, list)):
            return tuple(argument)
        items = [item.strip() for item in argument.split(",") if item.strip()]
        try:
            return tuple(self.make(item) for item in items)
        except ConfigError:
            raise
        except ValueError:
            raise ValueError(f"must be {self.item_type.__name__}s separated by commas") from None

    def flag_type(self):
        return f"{self.item_type.__name__}s separated by commas"


class _IntegerParser(flags.IntegerParser):
    """A whole number; Python refuses one of thousands of digits in words of its own."""

    def convert(self, argument):
        if isinstance(argument, str) and len(argument) > MAX_DIGITS:
            raise ValueError(f"must be a whole number of {MAX_DIGITS} digits at most")
        return super().convert(argument)


class _PathParser(flags.ArgumentParser):
    """The path of a file or folder, in which `~` is the home folder."""

    def parse(self, argument):
        return files.expand_user(argument)

    def flag_type(self):
        return "path"


class _TupleSerializer(flags.ArgumentSerializer):
    def serialize(self, value):
        return shown(value)


@dataclasses.dataclass(frozen=True)
class PluginFlags:
    """Plug-ins that one flag chooses, and how their options are flags.

    Attributes:
        flag: Name of the flag that chooses; its value is a name, or a tuple of names.
        package: Package of the plug-ins, each with a frozen `Config`.
        option: Format of an option's flag, from `plugin` and `option`.
        group: Title of the options in `--help`, from `plugin`.
    """

    flag: str
    package: str
    option: str
    group: str

    def options(self, plugin: str) -> dict[str, dataclasses.Field]:
        """Fields of a plug-in's `Config` by the flags that set them."""
        config_class = registry.load(self.package, plugin, f"--{self.flag}").Config
        return {
            self.option.format(plugin=plugin, option=field.name): field
            for field in option_fields(config_class)
        }

    def defined(self, plugin: str) -> flags.FlagValues:
        """Flags of a plug-in's options by themselves."""
        config_class = registry.load(self.package, plugin, f"--{self.flag}").Config
        hints, values = typing.get_type_hints(config_class), flags.FlagValues()
        for flag, field in self.options(plugin).items():
            _define(values, flag, hints[field.name], field.default, "")
        return values

    def owners(self, flag: str) -> list[str]:
        """Plug-ins that have an option of this flag."""
        return [name for name in registry.names(self.package) if flag in self.options(name)]

    def is_option(self, flag: str) -> bool:
        """Whether a flag is named as an option of these plug-ins would be."""
        prefixes = {
            self.option.format(plugin=name, option="") for name in registry.names(self.package)
        }
        return flag.startswith(tuple(prefixes))


class CommandLine:
    """The flags of one CLI, in titled groups.

    Args:
        usage: What the command does and how it is called, for `--help`.
    """

    def __init__(self, usage: str):
        self.usage = usage
        self.values = flags.FlagValues()
        self._groups: dict[str, list[str]] = {}
        self._defaults: dict[str, str] = {}
        self._annotations: dict[str, Any] = {}
        self._plugins: list[PluginFlags] = []
        self._option_groups: dict[str, list[str]] = {}  # by the group of the flag that chooses
        self._chosen: dict[str, tuple[str, ...]] | None = None
        self._required: list[str] = []
        self._notes: dict[str, str] = {}

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
        _define(self.values, name, annotation, default, help_text)
        self._groups.setdefault(group, []).append(name)
        self._defaults[name] = shown_default or shown(default) or "(empty)"
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
        hints = typing.get_type_hints(config_class)
        for field in dataclasses.fields(config_class):
            if "part" in field.metadata:
                self.add_dataclass(field.metadata["part"], hints[field.name])
            elif "help" in field.metadata:
                self._add_field(field.metadata["group"] or group, field.name, field, hints)

    def explain(self, name: str, help_text: str, shown_default: str | None = None) -> None:
        """Gives a flag another help text than its dataclass has, and another default in help."""
        self.values[name].help = help_text
        if shown_default is not None:
            self._defaults[name] = shown_default

    def must_be_given(self, *names: str) -> None:
        """Makes flags required here that aren't wherever their dataclass is used."""
        self._required += names
        self._defaults |= dict.fromkeys(names, REQUIRED)

    def note(self, group: str, text: str) -> None:
        """Puts a text below the title of a group in `--help`."""
        self._notes[group] = text

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
            flags.DEFINE(_TupleParser(str), plugins.flag, default, "", scout, _TupleSerializer())
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
            explained = self._explain_option(error.flagname)
            message = explained or f"{shortened(str(error))}. --help lists the flags."
            raise ConfigError(message) from None
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
        hints = typing.get_type_hints(config_class)
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
            config_class = registry.load(plugins.package, name, f"--{flag}").Config
            options = plugins.options(name)
            configs[name] = config_class(**{f.name: self[flag] for flag, f in options.items()})
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
        return self._defaults[name]

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
        lines = [self.usage.rstrip(), ""]
        for group in self._ordered_groups():
            lines += [f"{group}:", *_wrapped(self._notes.get(group, ""), "  ")]
            for name in self._groups[group]:
                lines += _help_lines(name, self.values[name].help, self._defaults[name])
            lines.append("")
        lines += [
            "Flag files:",
            *_help_lines(flagfile.FLAG, flagfile.HELP, "(none)"),
        ]
        return "\n".join(lines)

    def known_values(self) -> dict[str, tuple[str, ...]]:
        """Every flag, with the values that it can have where they are a few; of all plug-ins."""
        names = [name for group in self._groups.values() for name in group]
        found = {name: _known_values(self.values[name]) for name in names}
        for plugins in self._plugins:
            found[plugins.flag] = registry.names(plugins.package)
            for plugin in registry.names(plugins.package):
                options = plugins.defined(plugin)
                found |= {name: _known_values(options[name]) for name in options}
        return found

    def _add_options(self, plugins: PluginFlags, plugin: str) -> None:
        """Defines the flags of one plug-in's options, shown below the flag that chose it."""
        config_class = registry.load(plugins.package, plugin, f"--{plugins.flag}").Config
        hints, group = typing.get_type_hints(config_class), plugins.group.format(plugin=plugin)
        above = next(title for title, names in self._groups.items() if plugins.flag in names)
        self._option_groups.setdefault(above, []).append(group)
        for flag, field in plugins.options(plugin).items():
            self._add_field(group, flag, field, hints)

    def _ordered_groups(self) -> Iterator[str]:
        """Titles of the groups that hold flags, options below the flag that chose them."""
        below = {group for groups in self._option_groups.values() for group in groups}
        for group in self._groups:
            if group not in below:
                yield group
                yield from (g for g in self._option_groups.get(group, ()) if g in self._groups)

    def _add_field(self, group: str, name: str, field: dataclasses.Field, hints: dict) -> None:
        """Defines the flag of one field of a dataclass."""
        default, shown_default = field.default, field.metadata["shown_default"]
        required = field.metadata["required"]
        text = help_of(field)
        self.add(group, name, hints[field.name], default, text, shown_default, required=required)

    def _explain_option(self, flag: str) -> str | None:
        """What to say of an unknown flag that is named as a plug-in's option."""
        for plugins in self._plugins:
            if not plugins.is_option(flag):
                continue
            chosen = self._chosen[plugins.flag]
            owners = plugins.owners(flag)
            goes_with = f" It goes with --{plugins.flag}={' or '.join(owners)}." if owners else ""
            known = ", ".join(option for name in chosen for option in plugins.options(name))
            return (
                f"--{plugins.flag}={shown(chosen)} has no option {flag}.{goes_with} "
                f"Known: {known or 'none'}."
            )
        return None


@contextlib.contextmanager
def _as_config_errors() -> Iterator[None]:
    """Raises ConfigError for what absl finds wrong with a command line, but for unknown flags."""
    try:
        yield
    except flags.UnrecognizedFlagError:
        raise
    except flags.Error as error:
        raise ConfigError(shortened(str(error))) from None


def _help_lines(name: str, text: str, default: str) -> list[str]:
    return [f"  --{name}", *_wrapped(f"{text} [{default}]", " " * 6)]


def _known_values(flag: flags.Flag) -> tuple[str, ...]:
    """The values that a flag can have, where they are a few; nothing where they aren't."""
    if flag.boolean:
        return SWITCH
    return tuple(getattr(flag.parser, "enum_values", ()))


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, 92, initial_indent=indent, subsequent_indent=indent)


def _define(values: flags.FlagValues, name: str, annotation: Any, default: Any, text: str) -> None:
    """One absl flag by annotation: bool, int, float, str, Literal, tuple[X, ...], or X | None."""
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        annotation = next(kind for kind in typing.get_args(annotation) if kind is not type(None))
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        flags.DEFINE(_TupleParser(arguments[0]), name, default, text, values, _TupleSerializer())
    elif origin is typing.Literal:
        flags.DEFINE_enum(name, default, list(arguments), text, flag_values=values)
    elif annotation is FilePath:
        flags.DEFINE(_PathParser(), name, default, text, values)
    elif annotation is int:
        flags.DEFINE(_IntegerParser(), name, default, text, values, flags.ArgumentSerializer())
    else:
        define = {
            bool: flags.DEFINE_boolean,
            float: flags.DEFINE_float,
            str: flags.DEFINE_string,
        }[annotation]
        define(name, default, text, flag_values=values)


def flag_lines(settings: Iterable[tuple[str, Any]]) -> list[str]:
    """`--name=value` lines that give these settings again; None is left out."""
    return [flagfile.line(name, shown(value)) for name, value in settings if value is not None]
