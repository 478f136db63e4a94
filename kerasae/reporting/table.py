"""A table of a page, and numbers that are shown in a way of their own."""

import dataclasses
from typing import Any


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
