"""All that varies in a search, declared up front."""

import dataclasses
import functools
import math
import random
from collections.abc import Iterator, Mapping
from typing import Any

from kerasae.tuning.dimension import Dimension, Values


@dataclasses.dataclass(frozen=True)
class Space:
    """Dimensions, each after those that its condition names.

    Attributes:
        name: Name of its file.
        dimensions: In the order of the file, parents first.
    """

    name: str
    dimensions: tuple[Dimension, ...]

    def __getitem__(self, name: str) -> Dimension:
        return next(dimension for dimension in self.dimensions if dimension.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the dimensions."""
        return tuple(dimension.name for dimension in self.dimensions)

    @property
    def unconditional(self) -> tuple[str, ...]:
        """Names of the dimensions that count for every candidate."""
        return tuple(dimension.name for dimension in self.dimensions if not dimension.when)

    @property
    def continuous(self) -> tuple[str, ...]:
        """Names of the dimensions with infinitely many values."""
        return tuple(d.name for d in self.dimensions if d.points() is None)

    def sample(
        self, generator: random.Random, allowed: Mapping[str, tuple[Any, ...]] | None = None
    ) -> Values:
        """Values of the dimensions that count, sampled one after the other.

        Args:
            generator: Source of randomness.
            allowed: Values to choose from in place of a dimension's own.
        """
        values: Values = {}
        for dimension in self.dimensions:
            if dimension.is_active(values):
                narrowed = (allowed or {}).get(dimension.name)
                values[dimension.name] = (
                    generator.choice(narrowed) if narrowed else dimension.sample(generator)
                )
        return values

    def needs(self, name: str) -> dict[str, tuple[Any, ...]]:
        """Values that the dimensions above one must have for it to count.

        An empty tuple says that the conditions contradict one another.
        """
        return self._needs[name]

    @functools.cached_property
    def _needs(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """What `needs` gives, by name: of each dimension after those that its condition names."""
        needs: dict[str, dict[str, tuple[Any, ...]]] = {}
        for dimension in self.dimensions:
            needed = needs[dimension.name] = {}
            for parent, allowed in dimension.when:
                for above, values in [(parent, allowed), *needs[parent].items()]:
                    kept = needed.get(above, values)
                    needed[above] = tuple(value for value in kept if value in values)
        return needs

    def points(self) -> Iterator[Values]:
        """Every combination, in the order of the file, the last dimension moving first."""
        return self._points_from(0, {})

    def _points_from(self, index: int, values: Values) -> Iterator[Values]:
        if index == len(self.dimensions):
            yield dict(values)
            return
        dimension = self.dimensions[index]
        if not dimension.is_active(values):
            yield from self._points_from(index + 1, values)
            return
        for value in dimension.points():
            yield from self._points_from(index + 1, {**values, dimension.name: value})

    def combinations(self) -> float:
        """Number of combinations, whether they make sense or not; maybe infinite."""
        parents = {parent for dimension in self.dimensions for parent, _ in dimension.when}
        return self._combinations_from(0, {}, parents)

    def _combinations_from(self, index: int, values: Values, parents: set[str]) -> float:
        """Only the dimensions that conditions name have to be gone through one by one."""
        factor = 1
        for at in range(index, len(self.dimensions)):
            dimension = self.dimensions[at]
            if not dimension.is_active(values):
                continue
            points = dimension.points()
            if dimension.name in parents:
                return factor * sum(
                    self._combinations_from(at + 1, {**values, dimension.name: value}, parents)
                    for value in points
                )
            factor *= math.inf if points is None else len(points)
        return factor
