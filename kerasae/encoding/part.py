"""A part of a dataset that is encoded at once, into a file of its own."""

import dataclasses
from collections.abc import Mapping, Sequence

SUFFIX = ".parquet"


@dataclasses.dataclass(frozen=True)
class Part:
    """Neighbouring images of a split.

    Attributes:
        split: `train` or `test`.
        number: How many parts of the split come before.
        first, stop: Its images, counted in the split from 0; `stop` is the first one after.
    """

    split: str
    number: int
    first: int
    stop: int

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.split}-{self.number:05d}{SUFFIX}"

    @property
    def rows(self) -> int:
        """How many images it has."""
        return self.stop - self.first

    @property
    def name(self) -> str:
        """As of `Task`."""
        return self.file

    def to_send(self) -> "Part":
        """As of `Task`."""
        return self

    def progress(self, errors: Sequence[float]) -> str:
        """As of `Task`."""
        return self.file


def cut(sizes: Mapping[str, int], rows: int) -> list[Part]:
    """The parts of a whole dataset, in order.

    Args:
        sizes: How many images each split has.
        rows: Images of a part; the last one of a split has as many as are left.
    """
    return [
        Part(split, number, first, min(first + rows, size))
        for split, size in sizes.items()
        for number, first in enumerate(range(0, size, rows))
    ]
