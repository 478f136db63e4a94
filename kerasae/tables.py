"""Tables: rows under a heading, their numbers as text, Markdown, means with their spread."""

import dataclasses
import html
import math
import re
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from kerasae import wording

# What Markdown reads as its own within a line; `_` in the middle of a word it leaves alone.
_MARKS = re.compile(r"[\\`*\[\]|$~]|(?<!\w)_|_(?!\w)")


# Significant digits of a number; shares in [0.1, 1] have as many decimals.
DIGITS = 4
# Numbers of one column have the same decimals, unless they are farther apart than this.
ALIKE = 100
MINUS = "\N{MINUS SIGN}"
LEAST_PLAIN = 1e-4  # smaller numbers are powers of ten
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Difference(float):
    """Ours minus the published number; shown with its sign."""


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under a heading.

    Attributes:
        title: What the numbers are, with their unit.
        columns: Headings of the columns.
        rows: Cells; numbers are formatted where they are shown, see `texts`.
        missing: Instead of rows, the command that makes them.
        by_row: Whether the numbers of a row are alike, and not those of a column.
        note: What to say below it.
        folded: Whether it is a picture's numbers, and hidden until they are wanted.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    missing: str | None = None
    by_row: bool = False
    note: str = ""
    folded: bool = False


def number(value: float, decimals: int | None = None) -> str:
    """A number as people read it, everywhere the same: four significant digits.

    Args:
        value: Any number; whole ones are shown whole, others with zeros at the end.
        decimals: Digits after the point, for numbers that stand together.

    Example:

    >>> print(number(0.042), number(1.0), number(-21.187), number(136113), number(3e-7))
    0.04200 1.0000 −21.19 136,113 3.000×10⁻⁷
    """
    if isinstance(value, int):
        return f"{value:,}".replace("-", MINUS)
    sign = "+" if isinstance(value, Difference) else ""
    if not math.isfinite(value):
        return f"{value:{sign}}".replace("-", MINUS)
    if 0 < abs(value) < LEAST_PLAIN and decimals is None:
        return power_of_ten(value, f"{sign}.{DIGITS - 1}e")
    places = _decimals(value) if decimals is None else decimals
    return f"{value:{sign},.{places}f}".replace("-", MINUS)


def brief(value: float, among: Sequence[float] = ()) -> str:
    """A number in a picture: two significant digits of the largest that it stands among.

    Example:

    >>> print(brief(0.4321), brief(-0.9, [0.85]), brief(0.026, [1.3]), brief(1234.5), brief(2e-6))
    0.43 −0.90 0.0 1,234 2.0×10⁻⁶
    """
    largest = max(map(abs, (value, *among)))
    if 0 < largest < LEAST_PLAIN:
        return power_of_ten(value, ".1e")
    return number(float(value), max(0, 1 - math.floor(math.log10(largest))) if largest else 0)


def power_of_ten(value: float, form: str) -> str:
    """A number too small for its zeros to be counted at a glance: `2×10⁻⁶`, `10⁻⁶`.

    Args:
        value: The number.
        form: Format of its digits, with an exponent.
    """
    digits, power = f"{value:{form}}".split("e")
    times = "" if digits == "1" else f"{digits}×"
    return f"{times}10{str(int(power)).translate(RAISED)}".replace("-", MINUS)


def texts(table: Table) -> list[list[str]]:
    """The cells as people read them: numbers that are alike with the same decimals."""
    rows = [list(row) for row in table.rows]
    if table.by_row:
        return [[_text(cell, _shared_decimals(row)) for cell in row] for row in rows]
    columns: list[list[str]] = []
    decimals = None
    for column in zip(*rows, strict=True):
        # A difference has the decimals of what it is of, which stands before it.
        decimals = decimals if _of(column, Difference) else _shared_decimals(column)
        columns.append([_text(cell, decimals) for cell in column])
    return [list(row) for row in zip(*columns, strict=True)]


def is_number(cell: Any) -> bool:
    """Whether a cell stands to the right, as numbers do."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _shared_decimals(cells: Sequence[Any]) -> int | None:
    """Decimals of numbers that stand together: the largest's, where all are near enough to it."""
    sizes = [
        abs(cell) for cell in cells
        if isinstance(cell, float) and not isinstance(cell, Difference) and math.isfinite(cell)
    ]  # fmt: skip
    sizes = [size for size in sizes if size]
    return _decimals(max(sizes)) if sizes and max(sizes) <= ALIKE * min(sizes) else None


def _of(cells: Sequence[Any], kind: type) -> bool:
    return any(isinstance(cell, kind) for cell in cells)


def _text(cell: Any, decimals: int | None) -> str:
    if cell is None:
        return ""
    return number(cell, decimals) if is_number(cell) else str(cell)


def _decimals(value: float) -> int:
    """Decimals that show four significant digits; of 0 and of 1 as many as of a share."""
    if not value or abs(value) == 1:
        return DIGITS
    return max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, a line a row; a cell is shown as it is, whatever it holds."""
    lines = [map(as_markdown, columns), ["---"] * len(columns)]
    lines += [map(as_markdown, cells) for cells in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def for_terminal(table: Table) -> str:
    """Title, rows and note of a table, for a terminal."""
    shown = plain(table.columns, texts(table)) if any(table.columns) else plain(*texts(table))
    return f"{table.title}\n{shown}" + (f"{table.note}\n" if table.note else "")


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


def with_spread(mean: float, spread: float | None) -> str:
    """A mean and its standard deviation, to the same decimal.

    Example:

    >>> with_spread(0.96667, 0.0012)
    '0.9667 ± 0.0012'
    """
    if spread is None:
        return number(mean)
    # As many decimals as the mean has, and one digit of the spread at least.
    places = max(_decimals(float(mean)), -math.floor(math.log10(spread)) if spread else 0)
    return f"{number(float(mean), places)} ± {number(float(spread), places)}"


def mean_and_spread(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Mean, and standard deviation of a sample (n - 1).

    Returns:
        None for what isn't defined: both without a value, the spread with one.
    """
    return (
        statistics.fmean(values) if values else None,
        statistics.stdev(values) if len(values) > 1 else None,
    )
