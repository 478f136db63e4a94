"""Command lines: dataclass fields as absl flags, one runner for every CLI.

A field's type decides the flag's type, its metadata the help. What absl does
on its own is kept (flagfiles, `--noflag`, later flags win); what differs:
`--help` exits with 0 and is grouped by what a user wants, and every mistake
exits with 2 and one message.
"""

import contextlib
import dataclasses
import logging
import os
import shlex
import sys
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import absl.logging
from absl import flags

from kerasae.config import ConfigError, RunError, shown

HELP = ("--help", "-help", "-h", "--helpfull", "--helpshort")


class _TupleParser(flags.ArgumentParser):
    """Comma-separated values of one type."""

    syntactic_help = "comma-separated"

    def __init__(self, item_type: type):
        self.item_type = item_type

    def parse(self, argument):
        if isinstance(argument, (tuple, list)):
            return tuple(argument)
        items = [item.strip() for item in argument.split(",") if item.strip()]
        try:
            return tuple(self.item_type(item) for item in items)
        except ValueError:
            raise ValueError(f"must be {self.item_type.__name__}s separated by commas") from None

    def flag_type(self):
        return f"{self.item_type.__name__}s separated by commas"


class _TupleSerializer(flags.ArgumentSerializer):
    def serialize(self, value):
        return shown(value)


class CommandLine:
    """The flags of one CLI, in titled groups.

    Args:
        usage: What the command does and how it is called, for `--help`.
        explain_unknown: From the name of a flag that doesn't exist to what to
            say of it; None, or a function that returns None, leaves it to absl.
    """

    def __init__(self, usage: str, explain_unknown: Callable[[str], str | None] | None = None):
        self.usage = usage
        self.explain_unknown = explain_unknown
        self.values = flags.FlagValues()
        self._groups: dict[str, list[str]] = {}
        self._defaults: dict[str, str] = {}

    def add(
        self,
        group: str,
        name: str,
        annotation: Any,
        default: Any,
        help_text: str,
        shown_default: str | None = None,
    ) -> None:
        """Defines one flag from a type annotation."""
        _define(self.values, name, annotation, default, help_text)
        self._groups.setdefault(group, []).append(name)
        self._defaults[name] = shown_default or shown(default) or "(empty)"

    def add_dataclass(self, group: str, config_class: type) -> None:
        """Defines a flag for every field of a dataclass."""
        hints = typing.get_type_hints(config_class)
        for field in dataclasses.fields(config_class):
            self.add(group, field.name, hints[field.name], field.default, field.metadata["help"])

    def parse(self, argv: list[str]) -> None:
        """Parses a command line.

        Raises:
            ConfigError: for unknown flags, bad values, a missing flagfile or
                anything that is not a flag.
        """
        try:
            rest = self.values(argv)
        except flags.UnrecognizedFlagError as error:
            better = self.explain_unknown and self.explain_unknown(error.flagname)
            raise ConfigError(better or f"{error}. --help lists the flags.") from None
        except flags.Error as error:
            raise ConfigError(str(error)) from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"The flagfile is not a text file: {error}.") from None
        if len(rest) > 1:
            raise ConfigError(
                f"Everything must be given as --flag=value. Received: {' '.join(rest[1:])}"
            )

    def make(self, config_class: type) -> Any:
        """A dataclass from the flags of its fields' names."""
        names = [field.name for field in dataclasses.fields(config_class)]
        return config_class(**{name: self.values[name].value for name in names})

    def given(self, name: str) -> bool:
        """Whether a flag was on the command line or in a flagfile."""
        return bool(self.values[name].present)

    def help(self) -> str:
        """Every flag with its default, by group."""
        lines = [self.usage.rstrip(), ""]
        for group, names in self._groups.items():
            lines += [f"{group}:"]
            for name in names:
                lines += _help_lines(name, self.values[name].help, self._defaults[name])
            lines.append("")
        lines += [
            "Flag files:",
            *_help_lines("flagfile", "read flags from this file; later flags win", "(none)"),
        ]
        return "\n".join(lines)


def _help_lines(name: str, text: str, default: str) -> list[str]:
    indent = " " * 6
    body = textwrap.fill(f"{text} [{default}]", 92, initial_indent=indent, subsequent_indent=indent)
    return [f"  --{name}", body]


def _define(values: flags.FlagValues, name: str, annotation: Any, default: Any, text: str) -> None:
    """One absl flag by annotation: bool, int, float, str, Literal, tuple[X, ...], or X | None."""
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        annotation = next(kind for kind in typing.get_args(annotation) if kind is not type(None))
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        flags.DEFINE(_TupleParser(arguments[0]), name, default, text, values, _TupleSerializer())
    elif origin is typing.Literal:
        flags.DEFINE_enum(name, default, list(arguments), text, flag_values=values)
    else:
        define = {
            bool: flags.DEFINE_boolean,
            int: flags.DEFINE_integer,
            float: flags.DEFINE_float,
            str: flags.DEFINE_string,
        }[annotation]
        define(name, default, text, flag_values=values)


def flag_lines(settings: Iterable[tuple[str, Any]]) -> list[str]:
    """`--name=value` lines that give these settings again; None is left out."""
    return [f"--{name}={shown(value)}" for name, value in settings if value is not None]


def command(module: str, *arguments: str) -> str:
    """A command line to show to the user."""
    return shlex.join(["python", "-m", f"kerasae.{module}", *arguments])


def duration(seconds: float) -> str:
    """Seconds as people say them: `42 s`, `3 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def run(command_line: CommandLine, main: Callable[[CommandLine], int | None]) -> None:
    """Parses, runs `main`, and exits: 0 done, 1 failure, 2 bad input, 130 interrupted."""
    if any(argument in HELP for argument in sys.argv[1:]):
        print(command_line.help())
        sys.exit(0)
    try:
        with _logged_to_stderr():
            command_line.parse(sys.argv)
            code = main(command_line) or 0
    except ConfigError as error:
        code = _complain(error, 2)
    except RunError as error:
        code = _complain(error, 1)
    except OSError as error:
        code = _complain(error, 1)
    except KeyboardInterrupt as interrupt:
        code = _complain(interrupt if str(interrupt) else "Interrupted.", 130)
    sys.stdout.flush()
    sys.exit(code)


class _Lines(logging.Handler):
    """Writes each message as a line to stderr, above the progress bars that are shown there."""

    def emit(self, record):
        from tqdm import tqdm

        tqdm.write(record.getMessage(), file=sys.stderr)


@contextlib.contextmanager
def _logged_to_stderr() -> Iterator[None]:
    """What the library logs goes to stderr, and nowhere else."""
    logger, handler = logging.getLogger("kerasae"), _Lines()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


@contextlib.contextmanager
def resumable(folder: Path, resume_command: str) -> Iterator[None]:
    """Adds to an interrupt where finished work is kept and how to go on.

    Args:
        folder: Where it is kept.
        resume_command: What to type to go on.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Stopped. Finished epochs are kept in {folder}. To go on: {resume_command}"
        ) from None


def _complain(message: object, code: int) -> int:
    print(f"kerasae: {message}", file=sys.stderr)
    return code


def import_tensorflow_quietly() -> None:
    """Imports TensorFlow without the notes on its build that it prints before it can be told.

    Later it logs errors only; `TF_CPP_MIN_LOG_LEVEL` brings its C++ notes back.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    absl.logging.set_verbosity(absl.logging.ERROR)
    with silenced():
        import tensorflow as tf

        tf.config.list_physical_devices()  # Looks for GPUs, and says so.
        tf.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Keeps stderr quiet, also for libraries in C++ that write to it past Python."""
    sys.stderr.flush()
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(stderr, 2)
        os.close(stderr)
