"""Flagfiles: `--name=value` lines in a text file, read before absl sees them.

A line holds one flag, or nothing, or a comment that begins with `#` or `//`. A
comment may also follow a value, after a space: `--epochs=3  # short`. A value
in quotes is what stands between them, and needs them where it holds ` #`. A
line `--flagfile=other` reads another file in its place; a file that is being
read already is passed over.

No message repeats what stands in a file: it may not be a flagfile at all.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import ConfigError, RunError, require
from kerasae.wording import shortened, shown

HELP = (
    "read flags from this file, one --name=value a line; # begins a comment; a value that holds "
    "one stands in quotes; later flags win"
)
MAX_BYTES = 2**18
# That one command line reads, each as often as it is named.
MAX_FILES = 20
MAX_NAME = 200
FLAG = "flagfile"
_NAME = re.compile(r"""--?[^\s=\-#"'][^\s=]*""")
_COMMENT = re.compile(r"\s#")


def expand(arguments: list[str]) -> list[str]:
    """Puts the flags of flagfiles in the place of each `--flagfile=…`.

    Raises:
        ConfigError: for a file that isn't a flagfile, with the line, and for a flag that is much
            too long to be one.
    """
    expanded: list[str] = []
    opened: list[Path] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if name not in (f"--{FLAG}", f"-{FLAG}"):
            expanded.append(argument)
            continue
        _read_into(expanded, value if equals else next(waiting, ""), (), opened)
    for argument in expanded:
        name = argument.partition("=")[0]
        # absl would look for a flag with a name like it, which takes for ever.
        if name.startswith("-") and len(name) > MAX_NAME:
            raise ConfigError(f"No flag has a name as long as {shortened(name)}.")
    return expanded


def line(name: str, text: str) -> str:
    """A line that gives this flag this value."""
    quote = "'" if '"' in text else '"'
    bare, quoted = f"--{name}={text}", f"--{name}={quote}{text}{quote}"
    return bare if text == text.strip() and _parsed(bare) == (f"--{name}", text) else quoted


def setting_lines(settings: Iterable[tuple[str, Any]]) -> list[str]:
    """Lines that give these settings again; None is left out."""
    return [line(name, shown(value)) for name, value in settings if value is not None]


def _read_into(flags: list[str], name: str, reading: tuple[Path, ...], opened: list[Path]) -> None:
    """Adds the flags of a file, and of those that it names.

    Args:
        flags: Added to.
        name: The file.
        reading: Files that are being read, and name this one.
        opened: Every file that was read; added to.
    """
    require(name != "", f"--{FLAG} must be a file.", flagfile=name)
    path = Path(files.expand_user(name))
    if path.absolute() in reading:
        return
    opened.append(path)
    require(
        len(opened) <= MAX_FILES, f"--{FLAG}: {MAX_FILES} files can be read at most.", flagfile=path
    )
    try:
        text = files.read_text(path, MAX_BYTES)
    except RunError as error:
        raise ConfigError(f"--{FLAG}: {error}") from None
    for number, content in enumerate(map(str.strip, text.split("\n")), start=1):
        if not content or content.startswith(("#", "//")):
            continue
        flag, value = _parsed(content)
        if not flag:
            raise ConfigError(
                f"--{FLAG}={path}, line {number}: must be --name=value, where a value with a quote "
                "or # in it stands in quotes, or a comment that begins with #."
            )
        if flag.lstrip("-") == FLAG:
            _read_into(flags, value or "", (*reading, path.absolute()), opened)
        else:
            flags.append(flag if value is None else f"{flag}={value}")


def _parsed(content: str) -> tuple[str | None, str | None]:
    """Flag and value of a line, without quotes and comment; no flag where it isn't one."""
    name = _NAME.match(content)
    if not name:
        return None, None
    value, rest = None, content[name.end() :]
    if rest.startswith(("='", '="')):
        value, closing, rest = rest[2:].partition(rest[1])
        if not closing:
            return None, None
    elif rest.startswith("="):
        return name[0], _COMMENT.split(rest[1:], maxsplit=1)[0].rstrip()
    only_a_comment = rest[:1].isspace() and rest.lstrip().startswith("#")
    return (name[0], value) if only_a_comment or not rest else (None, None)
