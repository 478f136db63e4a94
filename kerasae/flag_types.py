"""The absl flag of each type that an option may have."""

import typing
from typing import Any

from absl import flags

from kerasae import files
from kerasae.config import ConfigError, FilePath
from kerasae.options import without_none
from kerasae.wording import shown

MAX_DIGITS = 1_000


def define(values: flags.FlagValues, name: str, annotation: Any, default: Any, text: str) -> None:
    """Defines a flag of a type: bool, int, float, str, path, Literal, a tuple of such, or None.

    Args:
        values: Where it is defined.
        name: Of the flag.
        annotation: The type.
        default: Its value where it isn't given.
        text: Its help.
    """
    annotation = without_none(annotation)
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
        define_plain = {
            bool: flags.DEFINE_boolean,
            float: flags.DEFINE_float,
            str: flags.DEFINE_string,
        }[annotation]
        define_plain(name, default, text, flag_values=values)


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


class _TupleSerializer(flags.ArgumentSerializer):
    def serialize(self, value):
        return shown(value)


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
