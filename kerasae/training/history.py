"""The history of a run: a row an epoch, and what follows from the rows."""

import dataclasses
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasae import names, records
from kerasae.config import RunError
from kerasae.run_dir import RunDir

# Of seconds; an epoch that took less counts as this long.
CLOCK_STEP = 1e-3


@dataclasses.dataclass(frozen=True)
class Row:
    """One epoch, a line of `history.csv`; errors have their `names`.

    Attributes:
        epoch: Counted from 1.
        loss: What was minimised; mean over the epoch's images, while the weights move.
        mse_per_pixel: Mean over the epoch's images, while the weights move.
        val_mse_per_pixel: Mean over the held-out images, after the epoch; None without them.
        seconds: Of the training steps, without validation and checkpoint.
        images_per_second: Images of an epoch by its seconds.
        terms: What the objective minimises beside `mse_per_pixel`, by name and before it is
            weighted; a column each; mean over the epoch's images, while the weights move.

    Raises:
        ValueError: for what can't be: NaN, infinity, an error or a time below 0.
    """

    epoch: int
    loss: float
    mse_per_pixel: float
    val_mse_per_pixel: float | None
    seconds: float
    images_per_second: float
    terms: dict[str, float] = records.further_columns()

    def __post_init__(self):
        numbers = {name: value for name, value in vars(self).items() if name != "terms"}
        for name, value in (numbers | self.terms).items():
            if value is None:
                continue
            if not math.isfinite(value) or (value < 0 and name in numbers and name != names.LOSS):
                raise ValueError(f"{name} can't be {value}")

    @property
    def error(self) -> float:
        """What epochs are compared by: on held-out images, or on the training images without."""
        held_out = self.val_mse_per_pixel
        return self.mse_per_pixel if held_out is None else held_out


def row(
    epoch: int,
    loss: float,
    mse: float,
    val_mse: float | None,
    seconds: float,
    images: int,
    terms: Mapping[str, float] | None = None,
) -> Row:
    """One epoch's row."""
    rate = images / max(seconds, CLOCK_STEP)
    return Row(epoch, loss, mse, val_mse, round(seconds, 3), round(rate, 1), dict(terms or {}))


def read(run: RunDir) -> list[Row]:
    """The rows of `history.csv`; none where there is nothing.

    Raises:
        RunError: where it is damaged, or of another version of kerasae.
    """
    if not os.path.lexists(run.history):
        return []
    rows = records.read_table(run.history, Row)
    require_consistent(rows, run.history)
    return rows


def write(run: RunDir, rows: Sequence[Row]) -> None:
    """Writes the table, whole or not at all."""
    records.write_table(run.history, Row, rows)


def require_consistent(rows: Sequence[Row], path: Path) -> None:
    """Refuses rows of a file that are not of the epochs 1, 2, 3, …, all with or without validation.

    Raises:
        RunError: with the line where it isn't so.
    """
    for number, one in enumerate(rows, start=1):
        if one.epoch != number:
            raise RunError(f"{path} is damaged: epoch {one.epoch} stands where {number} should be.")
        if (one.val_mse_per_pixel is None) != (rows[0].val_mse_per_pixel is None):
            raise RunError(f"{path} is damaged: not every epoch has a validation error.")


def best_epoch(rows: Sequence[Row]) -> int:
    """The epoch with the least error, the first of equals."""
    return min(rows, key=lambda one: one.error).epoch


def early_stopped(rows: Sequence[Row], patience: int) -> bool:
    """Whether early stopping ends the run after these rows; a patience of 0 never does."""
    return bool(rows and patience) and rows[-1].epoch - best_epoch(rows) >= patience
