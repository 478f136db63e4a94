"""The flags of a verb as keyword arguments in Python: the same names, types, defaults and checks.

Options of plug-ins, as `--model.latent_dim=16` and `--ffn.hidden=64`, are dictionaries beside the
argument that chooses the plug-in: `model_options={"latent_dim": 16}`; where several may be chosen,
by plug-in: `heads_options={"ffn": {"hidden": 64}}`.
"""

import contextlib
import inspect
import os
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kerasae import files, registry
from kerasae.cli_flags import CommandLine
from kerasae.config import ConfigError, FilePath, RunError, require
from kerasae.options import check_value, takes_none, without_none
from kerasae.plugin_flags import PluginFlags
from kerasae.wording import shown

# In a message, a command for a shell stays what it is.
_SHELL = re.compile(r"python -m kerasae\.\w+(?: (?:--(?:'[^']*'|[^'\s])+|'[^']*'))*")
_FLAG = re.compile(r"(?<![\w-])--(?!help\b)(?P<name>[a-z]\w*(?:\.[a-z]\w*)?)(?P<value>=)?")


def parameters(line: CommandLine) -> dict[str, inspect.Parameter]:
    """A keyword-only parameter for every flag, by name; a flag's options follow it."""
    found = {}
    options = {plugins.flag: plugins for plugins in line.plugins}
    for name, annotation in line.annotations.items():
        default = line.values[name].default
        # Which plug-ins there are is found out when one is named, and is no part of a signature.
        chooses_one = name in options and not options[name].chooses_several
        kind = str if chooses_one else accepted(annotation)
        found[name] = _parameter(name, kind | None if default is None else kind, default)
        if name in options:
            kind = Mapping[str, Mapping[str, Any] if options[name].chooses_several else Any]
            found[_options_name(name)] = _parameter(_options_name(name), kind | None, None)
    return found


def documentation(line: CommandLine) -> dict[str, str]:
    """What each parameter does, as `--help` has it, with the default."""
    found = {}
    chosen = {plugins.flag: plugins for plugins in line.plugins}
    for name in line.annotations:
        flag, default = line.values[name], line.shown_default(name)
        text = in_python(flag.help.removeprefix(_choices(line, name)), line)
        seen = {shown(flag.default), "(empty)"}  # In the signature.
        found[name] = text if default in seen else f"{text} [{in_python(default, line)}]"
        if name in chosen:
            found[_options_name(name)] = _known_options(chosen[name])
    return found


def assign(line: CommandLine, given: Mapping[str, Any]) -> None:
    """Sets flags from arguments.

    Args:
        line: The flags of a verb, nothing parsed.
        given: Values by name, as of `parameters`; None is the same as an argument that isn't
            given. A list will do for a tuple, one item for a tuple of it, a path for a text.

    Raises:
        ConfigError: for a value of another type, or an unknown option of a plug-in.
    """
    present = {name: value for name, value in given.items() if value is not None}
    for name in line.annotations:
        if name in present:
            line.set(name, _checked(line, name, present[name]))
    chosen = {plugins.flag: line[plugins.flag] for plugins in line.plugins}
    chosen = {flag: (one,) if isinstance(one, str) else one for flag, one in chosen.items()}
    line.choose_plugins(chosen)
    for plugins in line.plugins:
        options = present.get(_options_name(plugins.flag), {})
        for flag, value in _flags_of_options(plugins, chosen[plugins.flag], options).items():
            line.set(flag, _checked(line, flag, value))
    line.require(*line.required)


@contextlib.contextmanager
def in_words_of_python(line: CommandLine) -> Iterator[None]:
    """Raises what goes wrong inside with a message that names arguments in place of flags."""
    try:
        yield
    except (ConfigError, RunError) as error:
        message = in_python(str(error), line)
        if message == str(error):
            raise
        raise type(error)(message) from error.__cause__


def in_python(message: str, line: CommandLine) -> str:
    """A message in which flags, as `--resume` or `--model.filters=3`, are arguments.

    Args:
        message: Of a `ConfigError`, a help text and the like.
        line: The verb's flags.
    """
    forms = {}
    for plugins in line.plugins:
        for plugin in line.chosen(plugins.flag):
            for flag, field in plugins.options(plugin).items():
                forms[flag] = _option_in_python(plugins, plugin, field.name)

    def argument(match: re.Match) -> str:
        name, value = match["name"], match["value"] or ""
        is_rule = match.string.startswith(" must be", match.end())
        if not value and not is_rule and line.annotations.get(name) is bool:
            return f"{name}=True"
        return forms.get(name, name) + value

    parts, end = [], 0
    for command in _SHELL.finditer(message):
        parts += [_FLAG.sub(argument, message[end : command.start()]), command[0]]
        end = command.end()
    return "".join([*parts, _FLAG.sub(argument, message[end:])])


def accepted(annotation: Any) -> Any:
    """The type of what an argument takes, of a flag's type."""
    kind = without_none(annotation)
    if typing.get_origin(kind) is tuple:
        item = accepted(typing.get_args(kind)[0])
        item = item | int if item is str else item
        kind = item | Sequence[item]
    elif kind is FilePath:
        kind = str | os.PathLike[str]
    return kind | None if takes_none(annotation) else kind


def plain(value: Any, annotation: Any) -> Any:
    """An argument as a flag's value would be, as far as it is one.

    Args:
        value: What was given.
        annotation: The flag's type.
    """
    kind = without_none(annotation)
    if typing.get_origin(kind) is tuple:
        item_kind = typing.get_args(kind)[0]
        if hasattr(value, "tolist"):
            value = value.tolist()
        items = value if isinstance(value, (list, tuple, range)) else (value,)
        # Classes are names or numbers, and a flag's text.
        as_text = item_kind is str
        return tuple(
            str(item)
            if as_text and isinstance(item, int) and not isinstance(item, bool)
            else plain(item, item_kind)
            for item in items
        )
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if kind is FilePath and isinstance(value, (str, os.PathLike)):
        return files.expand_user(os.fspath(value))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            return float(value)
    return value


def _checked(line: CommandLine, name: str, value: Any) -> Any:
    """A flag's value of an argument; raises ConfigError for one of another type."""
    kind = without_none(line.annotations[name])
    found = plain(value, kind)
    if kind in (bool, str, FilePath):  # Others are fields of dataclasses, which check them.
        check_value(f"--{name}", name, found, kind, None)
    return found


def _flags_of_options(
    plugins: PluginFlags, chosen: Sequence[str], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Values of the options of plug-ins by flag; raises ConfigError for unknown ones."""
    name = _options_name(plugins.flag)
    several = plugins.chooses_several
    require(isinstance(given, Mapping), f"{name} must be a dictionary.", **{name: given})
    by_plugin = given if several else {chosen[0]: given}
    values = {}
    for plugin, options in by_plugin.items():
        if plugin not in chosen:
            raise ConfigError(
                f"{name} has options of {plugin!r}, which {plugins.flag} doesn't choose. "
                f"Received: {plugins.flag}={', '.join(chosen)}."
            )
        require(isinstance(options, Mapping), f"{name} must hold dictionaries.", **{name: options})
        known = {field.name: flag for flag, field in plugins.options(plugin).items()}
        for option, value in options.items():
            if option not in known:
                raise ConfigError(
                    f"{plugin} has no option {option!r}. Known: {', '.join(known) or 'none'}."
                )
            if value is not None:
                values[known[option]] = value
    return values


def _known_options(plugins: PluginFlags) -> str:
    """Which options there are, by plug-in."""
    known = {
        plugin: ", ".join(field.name for field in plugins.options(plugin).values())
        for plugin in registry.names(plugins.package)
    }
    return f"options of `{plugins.flag}`: " + "; ".join(
        f"{plugin} has {names or 'none'}" for plugin, names in known.items()
    )


def _option_in_python(plugins: PluginFlags, plugin: str, option: str) -> str:
    """How an option is written in Python."""
    name = _options_name(plugins.flag)
    return f'{name}["{plugin}"]["{option}"]' if plugins.chooses_several else f'{name}["{option}"]'


def _choices(line: CommandLine, name: str) -> str:
    """What absl puts in front of the help of a flag with few values."""
    values = typing.get_args(line.annotations[name])
    return f"<{'|'.join(map(str, values))}>: "


def _options_name(flag: str) -> str:
    return f"{flag}_options"


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)
