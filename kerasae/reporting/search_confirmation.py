"""`confirm.csv` and its record, while a search's best and the published are trained anew."""

from collections.abc import Sequence
from typing import Any

from kerasae import csv_files, names, tables
from kerasae.readouts.config import ReadoutConfig
from kerasae.tuning import confirmation, description
from kerasae.tuning.confirmation import Confirmed, Spread
from kerasae.tuning.objectives import ERRORS, SIZES
from kerasae.tuning.search_dir import SearchDir

# Those of a readout that says nothing of heads.
HEADS = ReadoutConfig().heads
TEST_MSE = names.TEST_MSE_PER_PIXEL
# What is measured on the test images, with its label.
MEASURED = {
    TEST_MSE: "test error (MSE per pixel)",
    **{f"{head}_accuracy": f"{names.readout_title(head)}, test accuracy" for head in HEADS},
}
COLUMNS = [
    "architecture", "seeds", *SIZES, *ERRORS,
    *(f"{name}_{kind}" for name in MEASURED for kind in ("mean", "std")),
]  # fmt: skip


class ConfirmationTable:
    """The table while it is made: earlier rows stay until they are made again, or all are.

    Args:
        folder: The search's directory.
    """

    def __init__(self, folder: SearchDir):
        self._folder, self._described = folder, description.read(folder.description)
        earlier = confirmation.read(folder, self._described)
        self._earlier = {row.architecture: row for row in earlier}
        self.rows: list[Confirmed] = []

    def add(self, row: Confirmed) -> None:
        """Adds a row from `row`, and writes the table."""
        self.rows.append(row)
        self._earlier.pop(row.architecture, None)
        self._write([*self.rows, *self._earlier.values()])

    def finish(self) -> None:
        """Writes the rows that were added, and no other."""
        self._write(self.rows)

    def _write(self, rows: list[Confirmed]) -> None:
        """The record, and the table that is made from it for people."""
        confirmation.write(self._folder, self._described, rows)
        csv_files.write(self._folder.confirm_table, COLUMNS, [_cells(row) for row in rows])


def row(
    architecture: str,
    seeds: Sequence[int],
    validated: dict[str, float],
    measured: Sequence[dict[str, float]],
) -> Confirmed:
    """Means, and standard deviations of a sample (n - 1) where there are two seeds or more.

    Args:
        architecture: Its title.
        seeds: Seeds of the runs.
        validated: Numbers of the architecture as a trial of the search.
        measured: Sizes and numbers on the test images, one dict a seed.
    """
    spreads = {}
    for name in MEASURED:
        mean, std = tables.mean_and_spread([one[name] for one in measured if name in one])
        if mean is not None:
            spreads[name] = Spread(mean, std)
    return Confirmed(
        architecture,
        tuple(seeds),
        sizes={name: measured[0][name] for name in SIZES},
        validated={name: validated[name] for name in ERRORS if name in validated},
        measured=spreads,
    )


def _cells(row: Confirmed) -> dict[str, Any]:
    """A row of `confirm.csv`."""
    spreads = {
        f"{name}_{kind}": number
        for name, spread in row.measured.items()
        for kind, number in (("mean", spread.mean), ("std", spread.std))
    }
    seeds = ",".join(map(str, row.seeds))
    return {"architecture": row.architecture, "seeds": seeds, **row.sizes, **row.validated,
            **spreads}  # fmt: skip


def markdown(rows: Sequence[Confirmed]) -> str:
    """The table for people: mean ± standard deviation."""
    shown = [name for name in MEASURED if any(name in row.measured for row in rows)]
    lines = [
        [
            row.architecture,
            f"{row.sizes['parameters']:,}",
            str(row.sizes["code_size"]),
            *(_spread(row.measured.get(name)) for name in shown),
        ]
        for row in rows
    ]
    return tables.markdown(["architecture", "parameters", "code", *shown], lines)


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    return tables.with_spread(spread.mean, spread.std)
