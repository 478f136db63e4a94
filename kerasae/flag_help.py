"""The text of `--help`: flags under titles, each with its default."""

import textwrap
from collections.abc import Iterator

from absl import flags

from kerasae import flagfile

# What stands in place of a default.
REQUIRED = "required"


class FlagHelp:
    """Titles and defaults of the flags of one command line.

    Args:
        usage: What the command does and how it is called.
    """

    def __init__(self, usage: str):
        self.usage = usage
        self._groups: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._notes: dict[str, str] = {}
        self._defaults: dict[str, str] = {}

    def add(self, group: str, name: str, default: str) -> None:
        """Puts a flag under a title.

        Args:
            group: The title.
            name: Of the flag.
            default: What is said of its default.
        """
        self._groups.setdefault(group, []).append(name)
        self._defaults[name] = default

    def default(self, name: str) -> str:
        """What is said of a flag's default."""
        return self._defaults[name]

    def set_default(self, name: str, default: str) -> None:
        """Says something else of a flag's default."""
        self._defaults[name] = default

    def note(self, group: str, text: str) -> None:
        """Puts a text below a title."""
        self._notes[group] = text

    def put_below(self, flag: str, group: str) -> None:
        """Has a group stand below the group of a flag."""
        above = next(title for title, names in self._groups.items() if flag in names)
        self._below.setdefault(above, []).append(group)

    def text(self, values: flags.FlagValues) -> str:
        """Every flag with its help and default, by group."""
        lines = [self.usage.rstrip(), ""]
        for group in self._ordered():
            lines += [f"{group}:", *_wrapped(self._notes.get(group, ""), "  ")]
            for name in self._groups[group]:
                lines += _of_flag(name, values[name].help, self._defaults[name])
            lines.append("")
        lines += ["Flag files:", *_of_flag(flagfile.FLAG, flagfile.HELP, "(none)")]
        return "\n".join(lines)

    def _ordered(self) -> Iterator[str]:
        """Titles of the groups that hold flags, each before those that stand below it."""
        below = {group for groups in self._below.values() for group in groups}
        for group in self._groups:
            if group not in below:
                yield group
                yield from (g for g in self._below.get(group, ()) if g in self._groups)


def _of_flag(name: str, text: str, default: str) -> list[str]:
    return [f"  --{name}", *_wrapped(f"{text} [{default}]", " " * 6)]


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, 92, initial_indent=indent, subsequent_indent=indent)
