"""One thing that varies in a search: its values, when it counts, and places along it."""

import dataclasses
import math
import random
from collections.abc import Sequence
from typing import Any, Literal

from kerasae.wording import shown

Values = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Dimension:
    """A range or a list of values.

    Attributes:
        name: The setting that it sets, as in the space's file.
        kind: `choice` and `bool` have `values`, `int` and `float` a range.
        values: The choices; a tuple-valued setting's are JSON texts: `[80, 40]`.
        low: Least value of a range.
        high: Greatest value of a range, itself included.
        step: Distance of neighbours; without one, every number of the range.
        log: Whether equal ratios are equally likely, rather than equal distances.
        when: Values of other dimensions with which this one counts; all must hold.
    """

    name: str
    kind: Literal["choice", "int", "float", "bool"]
    values: tuple[Any, ...] | None = None
    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    log: bool = False
    when: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    def is_active(self, values: Values) -> bool:
        """Whether it counts beside these values of the dimensions before it."""
        return all(parent in values and values[parent] in allowed for parent, allowed in self.when)

    def points(self) -> Sequence[Any] | None:
        """Every value in order, listed only where they are few; None for a continuous range."""
        if self.values is not None:
            return self.values
        if self.kind == "int":
            return range(int(self.low), int(self.high) + 1, int(self.step or 1))
        if self.step is None:
            return None
        count = math.floor((self.high - self.low) / self.step + 1e-9) + 1
        # 0.1 + 2 * 0.1 should be 0.3, as it was meant.
        return tuple(round(self.low + index * self.step, 12) for index in range(count))

    def extremes(self) -> tuple[Any, ...]:
        """The values that show whether all of them make sense."""
        points = self.points()
        if self.values is not None:
            return self.values
        return (self.low, self.high) if points is None else (points[0], points[-1])

    def sample(self, generator: random.Random) -> Any:
        """One value."""
        points = self.points()
        if points is not None and not self.log:
            return generator.choice(points)
        share = generator.random()
        if not self.log:
            return self.low + (self.high - self.low) * share
        if self.kind == "int":
            return int(self.low * ((self.high + 1) / self.low) ** share)
        return self.low * (self.high / self.low) ** share

    @property
    def choices(self) -> tuple[Any, ...] | None:
        """The values in the order of an axis: numbers rising, others as they are; None for a range.

        False comes before true.
        """
        if self.values and all(isinstance(value, (int, float)) for value in self.values):
            return tuple(sorted(self.values))
        return self.values

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The choices as they are typed; None for a range."""
        return None if self.values is None else tuple(map(shown, self.choices))

    def position(self, values: Values) -> float | None:
        """Place of a candidate along an axis: the number itself, or the index of its choice.

        Args:
            values: The dimensions that count for the candidate.

        Returns:
            None where this dimension doesn't count for it.

        Raises:
            ValueError: for a value that the dimension doesn't have.
        """
        if self.name not in values:
            return None
        value = values[self.name]
        if self.values is not None:
            if value not in self.choices:
                raise ValueError(f"{self.name} can't be {shown(value)}")
            return float(self.choices.index(value))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{self.name} can't be {shown(value)}")
        return float(value)

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest position."""
        if self.values is not None:
            return 0.0, float(len(self.values) - 1)
        return float(self.low), float(self.high)

    @property
    def words(self) -> str:
        """Its values in words."""
        if self.values is not None:
            return ", ".join(self.labels)
        step = f" in steps of {shown(self.step)}" if self.step not in (None, 1) else ""
        scale = ", logarithmic" if self.log else ""
        return f"{shown(self.low)} to {shown(self.high)}{step}{scale}"

    @property
    def when_words(self) -> str:
        """Its condition in words; empty where it always counts."""
        return "; ".join(
            f"{parent} is {' or '.join(map(shown, allowed))}" for parent, allowed in self.when
        )

    def describe(self) -> dict[str, Any]:
        """Its fields, ready for JSON."""
        return {
            **dataclasses.asdict(self),
            "values": None if self.values is None else list(self.values),
            "when": {parent: list(allowed) for parent, allowed in self.when} or None,
        }
