"""The range of an option's numbers, for checks, messages and help."""

import dataclasses
from numbers import Real


@dataclasses.dataclass(frozen=True)
class Bounds:
    """A range of numbers; NaN lies in none.

    Attributes:
        low: Least number.
        high: Greatest number.
        above: Whether `low` itself is left out.
        below: Whether `high` itself is left out.
        items: Items that a tuple of such numbers may have, at most.
    """

    low: float
    high: float
    above: bool = False
    below: bool = False
    items: int = 100

    def hold(self, number: Real) -> bool:
        """Whether a number lies in the range."""
        over = number > self.low if self.above else number >= self.low
        return over and (number < self.high if self.below else number <= self.high)

    @property
    def words(self) -> str:
        """The range in words: `1 or more, at most 100`."""
        low, high = (f"{x:g}" if isinstance(x, float) else str(x) for x in (self.low, self.high))
        low = f"above {low}" if self.above else f"{low} or more"
        return f"{low}, {'below' if self.below else 'at most'} {high}"


# Of options that state none.
WIDEST = {int: Bounds(-(2**31), 2**31, below=True), float: Bounds(-1e30, 1e30)}
SEED = Bounds(0, 2**31, below=True)  # What every generator takes.
COUNT = Bounds(1, 10**9)
FRACTION = Bounds(0, 1, below=True)
EPOCHS = Bounds(1, 10**6)
BATCH = Bounds(1, 2**17)
RATE = Bounds(0, 1e30, above=True)
IMAGE_SIZE = Bounds(1, 2**13)
MEMORY_MB = Bounds(0, 2**24)
