"""The history of a run: a row an epoch, and what follows from the rows."""

import math

from kerasae import files
from kerasae.config import RunError
from kerasae.run_dir import RunDir

# Names of columns, from here for every writer and reader.
EPOCH = "epoch"  # counted from 1
MSE = "mse_per_pixel"  # running mean over the epoch, while the weights move
VAL_MSE = "val_mse_per_pixel"  # after the epoch
SECONDS = "seconds"  # of the training steps, without validation and checkpoint
IMAGES_PER_SECOND = "images_per_second"
COLUMNS = [EPOCH, MSE, VAL_MSE, SECONDS, IMAGES_PER_SECOND]

Row = dict[str, float | int | None]


def read(run: RunDir, epochs: int | None = None) -> list[Row]:
    """Rows of the first `epochs` epochs, all where None; none where there is no file.

    Raises:
        RunError: for a damaged file.
    """
    if not run.history.exists():
        return []
    try:
        rows = [
            {name: float(row[name]) if row[name] else None for name in COLUMNS}
            | {EPOCH: int(row[EPOCH])}
            for row in files.read_csv(run.history)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{run.history} is damaged: {error!r}.") from None
    return rows[:epochs]


def write(run: RunDir, rows: list[Row]) -> None:
    """Writes the table, whole or not at all."""
    files.write_csv(run.history, COLUMNS, rows)


def best_epoch(rows: list[Row]) -> int:
    """The epoch with the least error: on held-out images, or on the training images without."""
    column = VAL_MSE if rows[-1][VAL_MSE] is not None else MSE
    return min(rows, key=lambda row: row[column])[EPOCH]


def is_over(rows: list[Row], patience: int) -> bool:
    """Whether early stopping ends the run after these rows; a patience of 0 never does."""
    return bool(rows and patience) and rows[-1][EPOCH] - best_epoch(rows) >= patience


def row(epoch: int, mse: float, val_mse: float | None, seconds: float, images: int) -> Row:
    """One epoch's row."""
    rate = images / seconds if seconds else math.inf
    return {
        EPOCH: epoch,
        MSE: mse,
        VAL_MSE: val_mse,
        SECONDS: round(seconds, 3),
        IMAGES_PER_SECOND: round(rate, 1),
    }
