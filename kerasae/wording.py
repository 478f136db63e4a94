"""Words for people: a command or a setting as typed, a time, text from elsewhere."""

import re
import shlex
from typing import Any

# Control characters, marks that turn the direction of what follows, and halves of a character.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BREAKS = re.compile("[\n\t]")


def command(module: str, *arguments: str) -> str:
    """A command line to show to the user."""
    return shlex.join(["python", "-m", f"kerasae.{module}", *arguments])


def duration(seconds: float) -> str:
    """Seconds as people say them: `42 s`, `3 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def age(seconds: float) -> str:
    """How long ago something was, in the largest unit that fits: `5 min`, `3 h`, `12 d`."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def shown(value: Any) -> str:
    """A setting as it is typed on the command line."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(shown(item) for item in value)
    return str(value)


def shortened(text: str, length: int = 300) -> str:
    """A text for a message: one line, of which the middle is left out where it is long."""
    line = " ".join(text.split())
    half = length // 2
    return line if len(line) <= length else f"{line[:half]} … {line[-half:]}"


def printable(text: str) -> str:
    r"""Text that commands no terminal and turns no direction; of one or more lines.

    A class or a file may have any name. What isn't to be printed is shown as
    Python writes it.

    Example:

    >>> print(printable("a\x1b[31m\nb"))
    a\x1b[31m
    b
    """
    return _UNPRINTABLE.sub(_escaped, text)


def one_line(text: str) -> str:
    r"""As `printable`, with line breaks shown as `\n`."""
    return _BREAKS.sub(_escaped, printable(text))


def _escaped(match: re.Match) -> str:
    return match[0].encode("unicode_escape").decode()
