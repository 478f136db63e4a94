"""What a search improves: names, directions, units, and one score for each outcome."""

import dataclasses
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
        unit: Of the number.
    """

    name: str
    direction: Literal["min", "max"]
    unit: str

    def loss(self, value: float) -> float:
        """The value turned so that less is better and none is below 0."""
        return value if self.direction == "min" else 1 - value


ERRORS = {
    objective.name: objective
    for objective in (
        Objective(VAL_MSE, "min", "mean squared error per pixel, images in [0, 1]"),
        Objective(VAL_ACCURACY, "max", "share of validation images read out rightly by ridge"),
    )
}
SIZES = {
    objective.name: objective
    for objective in (
        Objective("parameters", "min", "weights of the autoencoder"),
        Objective("multiply_adds", "min", "multiply-adds of the autoencoder an image"),
        Objective("code_size", "min", "numbers in the code"),
    )
}
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
