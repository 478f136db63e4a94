"""`confirm.csv`: the best of a search and the published architectures, over seeds, on the test."""

from collections.abc import Sequence
from typing import Any

from kerasae import files, tables
from kerasae.tuning.objectives import ERRORS, SIZES
from kerasae.tuning.search_dir import SearchDir

HEADS = ("linear", "ffn")
TEST_MSE = "test_mse_per_pixel"
# What is measured on the test images, with its label.
MEASURED = {
    TEST_MSE: "test error (MSE per pixel)",
    **{f"{head}_accuracy": f"{head} readout, test accuracy" for head in HEADS},
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
        self._path = folder.confirm_table
        earlier = files.read_csv(self._path) if self._path.exists() else []
        self._earlier = {row["architecture"]: row for row in earlier}
        self.rows: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        """Adds a row from `row`, and writes the table."""
        self.rows.append(row)
        self._earlier.pop(row["architecture"], None)
        files.write_csv(self._path, COLUMNS, [*self.rows, *self._earlier.values()])

    def finish(self) -> None:
        """Writes the rows that were added, and no other."""
        files.write_csv(self._path, COLUMNS, self.rows)


def row(
    architecture: str,
    seeds: Sequence[int],
    validated: dict[str, float],
    measured: Sequence[dict[str, float]],
) -> dict[str, Any]:
    """Means, and standard deviations of a sample (n - 1) where there are two seeds or more.

    Args:
        architecture: Its title.
        seeds: Seeds of the runs.
        validated: Numbers of the architecture as a trial of the search.
        measured: Sizes and numbers on the test images, one dict a seed.
    """
    made = {"architecture": architecture, "seeds": ",".join(map(str, seeds))}
    made |= {name: validated[name] for name in ERRORS if name in validated}
    made |= {name: measured[0][name] for name in SIZES}
    for name in MEASURED:
        numbers = [one[name] for one in measured if name in one]
        for kind, number in zip(("mean", "std"), tables.mean_and_spread(numbers), strict=True):
            if number is not None:
                made[f"{name}_{kind}"] = number
    return made


def markdown(rows: list[dict[str, Any]]) -> str:
    """The table for people: mean ± standard deviation."""
    shown = [name for name in MEASURED if any(f"{name}_mean" in row for row in rows)]
    lines = []
    for one in rows:
        cells = [one["architecture"], f"{one['parameters']:,}", str(one["code_size"])]
        for name in shown:
            spread = f" ± {one[f'{name}_std']:.5f}" if f"{name}_std" in one else ""
            cells.append(f"{one[f'{name}_mean']:.5f}{spread}" if f"{name}_mean" in one else "")
        lines.append(cells)
    return tables.markdown(["architecture", "parameters", "code", *shown], lines)
