"""What a search improves: names, directions, words, and one loss for each number."""

import dataclasses
from collections.abc import Sequence
from typing import Literal

from kerasae.config import require, require_known
from kerasae.names import VAL_MSE_PER_PIXEL

VAL_MSE = VAL_MSE_PER_PIXEL
VAL_ACCURACY = "val_accuracy"


@dataclasses.dataclass(frozen=True)
class Objective:
    """One thing to improve.

    Attributes:
        name: As in `--objective`, and the column of the trial table.
        direction: Which way is better.
        label: For an axis or the head of a column.
        unit: Unit of the number, in words.
        is_size: Whether it follows from the architecture, without training.
    """

    name: str
    direction: Literal["min", "max"]
    label: str
    unit: str
    is_size: bool = False

    @property
    def sign(self) -> int:
        """1 where less is better, -1 where more is."""
        return 1 if self.direction == "min" else -1

    def loss(self, value: float) -> float:
        """The value turned so that less is better and none is below 0."""
        return value if self.direction == "min" else 1 - value

    def is_logarithmic(self, values: Sequence[float]) -> bool:
        """Whether values are compared by ratio: errors and sizes span decades, accuracies don't."""
        return self.direction == "min" and all(value > 0 for value in values)


ERRORS = {
    objective.name: objective
    for objective in (
        Objective(
            VAL_MSE, "min", "validation error (MSE per pixel)",
            "mean squared error per pixel, images in [0, 1]",
        ),
        Objective(
            VAL_ACCURACY, "max", "validation accuracy of a readout",
            "share of validation images that a ridge readout classifies correctly",
        ),
    )
}  # fmt: skip
SIZES = {
    objective.name: objective
    for objective in (
        Objective("parameters", "min", "parameters", "weights of the autoencoder", True),
        Objective(
            "multiply_adds", "min", "multiply-adds an image",
            "multiply-adds of the autoencoder an image", True,
        ),
        Objective("code_size", "min", "size of the code", "numbers in the code", True),
    )
}  # fmt: skip
KNOWN = ERRORS | SIZES


def check(names: tuple[str, ...]) -> None:
    """Raises ConfigError for objectives that a search can't have."""
    for name in names:
        require_known("--objective", name, KNOWN)
    require(len(set(names)) == len(names), "--objective must name each one once.", objective=names)
    require(
        bool(names) and names[0] in ERRORS,
        f"--objective must begin with one of {', '.join(ERRORS)}: sizes alone are least for a "
        "model that does nothing.",
        objective=names,
    )
