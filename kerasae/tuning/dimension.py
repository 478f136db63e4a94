"""One thing that varies in a search: its values, and when it counts."""

import dataclasses
import math
import random
from collections.abc import Sequence
from typing import Any, Literal

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
    low: float | None = None
    high: float | None = None
    step: float | None = None
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

    def draw(self, generator: random.Random) -> Any:
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

    def describe(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "values": None if self.values is None else list(self.values),
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "log": self.log,
            "when": {parent: list(allowed) for parent, allowed in self.when} or None,
        }
