"""The dimensions of a search's space, and where a trial's value lies along each."""

import dataclasses
from typing import Any

from kerasae.config import shown


@dataclasses.dataclass(frozen=True)
class Dimension:
    """One thing that a search varies.

    Attributes:
        name: The setting that it stands for, as in `model.filters[0]`.
        kind: `choice`, `int`, `float` or `bool`.
        values: What can be chosen; None for a range.
        low: Least value of a range.
        high: Greatest value of a range.
        step: Between the values of a range; None where there is none.
        log: Whether the range is searched on a logarithmic scale.
        when: Values of other dimensions that this one needs to mean anything.
    """

    name: str
    kind: str
    values: tuple[Any, ...] | None
    low: float | None
    high: float | None
    step: float | None
    log: bool
    when: dict[str, list[Any]]

    @classmethod
    def read(cls, entry: dict[str, Any]) -> "Dimension":
        """A dimension from its entry in `search.json`.

        Raises:
            KeyError: where a field is missing.
        """
        values = (False, True) if entry["kind"] == "bool" else entry["values"]
        if values and all(_is_number(value) for value in values):
            values = sorted(values)
        return cls(
            name=entry["name"],
            kind=entry["kind"],
            values=tuple(values) if values else None,
            low=entry["low"],
            high=entry["high"],
            step=entry["step"],
            log=bool(entry["log"]),
            when=entry["when"] or {},
        )

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The values that can be chosen, as they are typed; None for a range."""
        return None if self.values is None else tuple(shown(value) for value in self.values)

    def position(self, cell: str) -> float | None:
        """Where a cell of `trials.csv` lies: the number itself, or the place of a choice.

        Choices stand in the order of the space, numbers in their own.

        Returns:
            None for an empty cell: the trial doesn't have this dimension.

        Raises:
            ValueError: for a cell that the space doesn't have.
        """
        if not cell:
            return None
        if self.values is None:
            return float(cell)
        for place, value in enumerate(self.values):
            if cell in (shown(value), str(value)) or _same_number(cell, value):
                return float(place)
        raise ValueError(f"{self.name} can't be {cell!r}")

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest position."""
        if self.values is not None:
            return 0.0, float(len(self.values) - 1)
        return float(self.low), float(self.high)

    @property
    def told(self) -> str:
        """What the dimension can be, in words."""
        if self.values is not None:
            return ", ".join(self.labels)
        step = f" in steps of {shown(self.step)}" if self.step not in (None, 1) else ""
        scale = ", logarithmic" if self.log else ""
        return f"{shown(self.low)} to {shown(self.high)}{step}{scale}"

    @property
    def told_when(self) -> str:
        """On what the dimension depends, in words; empty where on nothing."""
        return "; ".join(
            f"{name} is {' or '.join(map(shown, values))}" for name, values in self.when.items()
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same_number(cell: str, value: Any) -> bool:
    """Whether a cell is this number written in another way, as 8.0 is 8."""
    try:
        return _is_number(value) and float(cell) == value
    except ValueError:
        return False
