"""`confirm.json`: the best of a search and the published architectures, over seeds, on the test."""

import dataclasses
import os
from collections.abc import Sequence

from kerasae import records
from kerasae.tuning.description import Description
from kerasae.tuning.search_dir import SearchDir


@dataclasses.dataclass(frozen=True)
class Spread:
    """A number over seeds.

    Attributes:
        mean: Their mean.
        std: Standard deviation of a sample (n - 1); None of one seed.
    """

    mean: float
    std: float | None


@dataclasses.dataclass(frozen=True)
class Confirmed:
    """One architecture.

    Attributes:
        architecture: Its title.
        seeds: Seeds of its runs.
        sizes: By name, of `objectives.SIZES`.
        validated: Its errors as a trial of the search, by objective.
        measured: On the test images, by name.
    """

    architecture: str
    seeds: tuple[int, ...]
    sizes: dict[str, int]
    validated: dict[str, float]
    measured: dict[str, Spread]


@dataclasses.dataclass(frozen=True)
class _Confirmation:
    """The content of `confirm.json`."""

    search: str
    rows: tuple[Confirmed, ...]


def write(folder: SearchDir, described: Description, rows: Sequence[Confirmed]) -> None:
    """Writes all rows, whole or not at all."""
    records.write(folder.confirm_record, _Confirmation(described.identity, tuple(rows)))


def read(folder: SearchDir, described: Description) -> tuple[Confirmed, ...]:
    """What was confirmed of this search; nothing where the file is of another one.

    Raises:
        RunError: for a damaged file, or one that was changed since.
    """
    if not os.path.lexists(folder.confirm_record):
        return ()
    found = records.read(folder.confirm_record, _Confirmation)
    return found.rows if found.search == described.identity else ()
