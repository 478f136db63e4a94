"""The history of a run: a row an epoch, and what follows from the rows."""

import math

from kerasae import files
from kerasae.config import RunError
from kerasae.names import (
    EPOCH,
    IMAGES_PER_SECOND,
    LOSS,
    MSE_PER_PIXEL,
    SECONDS,
    VAL_MSE_PER_PIXEL,
)
from kerasae.run_dir import RunDir

# Columns of `history.csv`, with unit and reduction.
COLUMNS = {
    EPOCH: "counted from 1",
    LOSS: "what was minimised; mean over the epoch's images, while the weights move",
    MSE_PER_PIXEL: "mean over the epoch's images, while the weights move",
    VAL_MSE_PER_PIXEL: "mean over the held-out images, after the epoch; empty without them",
    SECONDS: "of the training steps, without validation and checkpoint",
    IMAGES_PER_SECOND: "images of an epoch by its seconds",
}

Row = dict[str, float | int | None]


def read(run: RunDir, epochs: int | None = None) -> list[Row]:
    """Rows of the first `epochs` epochs, all where None; none where there is no file.

    Raises:
        RunError: for a file that is damaged, or of an earlier version of kerasae.
    """
    if not run.history.exists():
        return []
    try:
        rows = [
            {name: float(row[name]) if row[name] else None for name in COLUMNS}
            | {EPOCH: int(row[EPOCH])}
            for row in files.read_csv(run.history)
        ]
    except KeyError as error:
        raise RunError(
            f"{run.history} has no column {error}: it is damaged, or an earlier version of "
            "kerasae wrote it."
        ) from None
    except (ValueError, TypeError) as error:
        raise RunError(f"{run.history} is damaged: {error!r}.") from None
    return rows[:epochs]


def write(run: RunDir, rows: list[Row]) -> None:
    """Writes the table, whole or not at all."""
    files.write_csv(run.history, list(COLUMNS), rows)


def best_epoch(rows: list[Row]) -> int:
    """The epoch with the least error: on held-out images, or on the training images without.

    An error that is no number is worse than any other.
    """
    column = MSE_PER_PIXEL if rows[-1][VAL_MSE_PER_PIXEL] is None else VAL_MSE_PER_PIXEL
    best = min(rows, key=lambda row: math.inf if math.isnan(row[column]) else row[column])
    return best[EPOCH]


def early_stopped(rows: list[Row], patience: int) -> bool:
    """Whether early stopping ends the run after these rows; a patience of 0 never does."""
    return bool(rows and patience) and rows[-1][EPOCH] - best_epoch(rows) >= patience


def row(
    epoch: int, loss: float, mse: float, val_mse: float | None, seconds: float, images: int
) -> Row:
    """One epoch's row."""
    rate = images / seconds if seconds else math.inf
    return {
        EPOCH: epoch,
        LOSS: loss,
        MSE_PER_PIXEL: mse,
        VAL_MSE_PER_PIXEL: val_mse,
        SECONDS: round(seconds, 3),
        IMAGES_PER_SECOND: round(rate, 1),
    }
