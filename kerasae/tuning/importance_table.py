"""`importance.csv`: shares of the objectives' variance, a row an objective and dimension."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from kerasae import records
from kerasae.config import RunError


@dataclasses.dataclass(frozen=True)
class Share:
    """The share of a dimension in an objective's variance.

    Attributes:
        objective: Name of the objective.
        dimension: Name of the dimension.
        importance: The share, see `evaluation.importance`.
        importance_std: Its standard deviation over the splits.
        held_out_r2: How much of the variance the forest explains.
        trials: Number of completed trials.
    """

    objective: str
    dimension: str
    importance: float
    importance_std: float
    held_out_r2: float
    trials: int


def write(path: Path, shares: Sequence[Share]) -> None:
    """Writes the table, whole or not at all."""
    records.write_table(path, Share, shares)


def read(path: Path) -> list[Share]:
    """Reads the table.

    Raises:
        RunError: where it is missing or damaged, or has no row.
    """
    shares = records.read_table(path, Share)
    if not shares:
        raise RunError(f"{path} is damaged: it has no row.")
    return shares
