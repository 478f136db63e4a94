"""A space in Keras Tuner's words.

Whatever has a list of values goes as the position in that list: Keras Tuner
knows no choice among booleans or of a single value, and a position is what its
Gaussian process sees of a choice anyway.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from keras_tuner import HyperParameters

from kerasae.tuning.dimension import Dimension, Values
from kerasae.tuning.space import Space


def by_position(dimension: Dimension) -> bool:
    """Whether a value goes as its position."""
    return not dimension.log and dimension.points() is not None


def encode_value(dimension: Dimension, value: Any) -> Any:
    """A value as Keras Tuner has it."""
    return dimension.points().index(value) if by_position(dimension) else value


def encode(space: Space, values: Values) -> Values:
    """Values as Keras Tuner has them."""
    return {name: encode_value(space[name], value) for name, value in values.items()}


def decode(space: Space, encoded: Values) -> Values:
    """Values as the space has them; names that aren't the space's are left out."""
    return {
        dimension.name: (
            dimension.points()[encoded[dimension.name]]
            if by_position(dimension)
            else encoded[dimension.name]
        )
        for dimension in space.dimensions
        if dimension.name in encoded
    }


def hyperparameters(space: Space) -> HyperParameters:
    """The whole space, declared, conditions included."""
    declared = HyperParameters()
    for dimension in space.dimensions:
        with contextlib.ExitStack() as scopes:
            for parent, allowed in dimension.when:
                encoded = [encode_value(space[parent], value) for value in allowed]
                scopes.enter_context(declared.conditional_scope(parent, encoded))
            _declare(declared, dimension)
    return declared


def at(declared: HyperParameters, point: Sequence[float]) -> Values:
    """The values at a point of the unit cube, of the dimensions that count there.

    Args:
        declared: The whole space.
        point: A number in [0, 1) for each dimension: its place between the
            lowest and the highest value, by logarithms where those count.
    """
    found = HyperParameters()
    for parameter, place in zip(declared.space, point, strict=True):
        found.merge([parameter])
        if found.is_active(parameter):
            found.values[parameter.name] = parameter.prob_to_value(float(place))
    return found.values


def _declare(declared: HyperParameters, dimension: Dimension) -> None:
    if by_position(dimension):
        declared.Int(dimension.name, 0, len(dimension.points()) - 1)
        return
    declare = declared.Int if dimension.kind == "int" else declared.Float
    sampling = "log" if dimension.log else "linear"
    declare(dimension.name, dimension.low, dimension.high, sampling=sampling)
