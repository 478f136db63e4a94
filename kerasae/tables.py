"""Tables: rows under a heading, as Markdown, and means with their spread."""

import dataclasses
import html
import re
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from kerasae import wording

# What Markdown reads as its own within a line; `_` in the middle of a word it leaves alone.
_MARKS = re.compile(r"[\\`*\[\]|$~]|(?<!\w)_|_(?!\w)")


class Difference(float):
    """Ours minus the published number; shown with its sign."""


class Score(float):
    """Compared with close neighbours over decades; shown with four significant digits."""


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under a heading.

    Attributes:
        title: What the numbers are, with their unit.
        columns: Headings of the columns.
        rows: Cells; numbers are formatted where they are shown.
        missing: Instead of rows, the command that makes them.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    missing: str | None = None


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, a line a row; a cell is shown as it is, whatever it holds."""
    lines = [map(as_markdown, columns), ["---"] * len(columns)]
    lines += [map(as_markdown, cells) for cells in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def plain(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for a terminal: aligned columns, two blanks apart, a line a row.

    Example:

    >>> print(plain(["name", "n"], [["a", "10"], ["long", ""]]), end="")
    name  n
    a     10
    long
    """
    lines = [[wording.one_line(cell) for cell in cells] for cells in (columns, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = (
        "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True))
        for cells in lines
    )
    return "".join(f"{line.rstrip()}\n" for line in aligned)


def as_markdown(text: str) -> str:
    r"""Text from elsewhere for a line of Markdown, which then shows it as it is.

    Example:

    >>> print(as_markdown("a|b <b> $x$"))
    a\|b &lt;b&gt; \$x\$
    """
    line = html.escape(wording.one_line(text), quote=False)
    return _MARKS.sub(r"\\\g<0>", line)


def mean_and_spread(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Mean, and standard deviation of a sample (n - 1).

    Returns:
        None for what isn't defined: both without a value, the spread with one.
    """
    return (
        statistics.fmean(values) if values else None,
        statistics.stdev(values) if len(values) > 1 else None,
    )
