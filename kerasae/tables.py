"""Tables: rows under a heading, as Markdown, and means with their spread."""

import dataclasses
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

BAR = r"\|"  # in a cell of Markdown


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
    """A table in Markdown, a line a row; a `|` in a cell stays a part of it."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |\n" for cells in lines
    )


def mean_and_spread(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Mean, and standard deviation of a sample (n - 1).

    Returns:
        None for what isn't defined: both without a value, the spread with one.
    """
    return (
        statistics.fmean(values) if values else None,
        statistics.stdev(values) if len(values) > 1 else None,
    )
