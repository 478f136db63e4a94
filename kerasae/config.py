"""The two errors that a user can cause, how a setting is refused, and how one is declared."""

import dataclasses
from collections.abc import Callable, Collection
from typing import Any, NewType

from kerasae.bounds import Bounds
from kerasae.wording import shortened, shown

# The path of a file or folder, a text; as a flag, `~` in it is the home folder.
FilePath = NewType("FilePath", str)


class ConfigError(ValueError):
    """The user's input is wrong: a flag, a file or a dataset. Exit code 2."""


class RunError(RuntimeError):
    """The input was fine and the run failed all the same. Exit code 1."""


def require(holds: bool, rule: str, **received: Any) -> None:
    """Raises ConfigError with the rule and what was received unless it holds."""
    if not holds:
        values = ", ".join(f"{name}={_received(value)}" for name, value in received.items())
        raise ConfigError(f"{rule} Received: {values}.")


def _received(value: Any) -> str:
    """A value as it is typed, for a message; Python writes no number of thousands of digits."""
    if isinstance(value, (tuple, list)):
        return shortened(",".join(map(_received, value)))
    if isinstance(value, int) and abs(value) >= 10**50:
        return f"a number of {value.bit_length():,} bits"
    return shortened(shown(value))


def require_known(what: str, name: str, known: Collection[str]) -> None:
    """Raises ConfigError that lists the known names unless `name` is one."""
    if name not in known:
        raise ConfigError(
            f"{what} must be one of {', '.join(sorted(known))}. Received: {shortened(repr(name))}."
        )


def option(
    default: Any,
    help_text: str | Callable[[], str],
    *,
    bounds: Bounds | None = None,
    group: str | None = None,
    shown_default: str | None = None,
    required: bool = False,
) -> Any:
    """A dataclass field that is also a flag; `options.check_options` checks its value.

    Args:
        default: The field's default.
        help_text: What the setting does, for `--help`; a function where it names plug-ins, which
            are looked up when help is asked for.
        bounds: Range of a number, or of each number of a tuple; every number has one.
        group: Title that it stands under in `--help`; its dataclass's where None.
        shown_default: What `--help` says of the default; the default itself where None.
        required: Whether it must be given: `--help` says so, and `options.check_options`
            refuses what stands for nothing: None, an empty text or an empty tuple.
    """
    metadata = {
        "help": help_text,
        "bounds": bounds,
        "group": group,
        "shown_default": shown_default,
        "required": required,
    }
    return dataclasses.field(default=default, metadata=metadata)


def optional(config_class: type, name: str, shown_default: str) -> Any:
    """An option of another dataclass, by default None: the same help and range in another place.

    Args:
        config_class: That dataclass.
        name: Of the field, here and there.
        shown_default: What `--help` says of None.
    """
    known = config_class.__dataclass_fields__[name].metadata
    return option(None, known["help"], bounds=known["bounds"], shown_default=shown_default)


def part(group: str, config_class: type) -> Any:
    """A dataclass field that is a dataclass of options itself.

    Args:
        group: Title that its options stand under in `--help`.
        config_class: The dataclass; its defaults are the field's default.
    """
    return dataclasses.field(default_factory=config_class, metadata={"part": group})
