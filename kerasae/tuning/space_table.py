"""One table of a space's file, and the conditions between tables."""

import json
import math
import typing
from typing import Any

from kerasae.tuning.dimension import Dimension
from kerasae.tuning.space import Space
from kerasae.wording import shortened, shown

KEYS = ("choices", "min", "max", "step", "log", "when")
# Values of one dimension that are gone through one by one: choices, or numbers a step apart.
MAX_POINTS = 10_000
# No setting has larger whole numbers, nor numbers further from 1.
MAX_INT = 2**31
FLOATS = (1e-30, 1e30)
# Combinations of the values of those dimensions that conditions name.
MAX_CONDITIONED = 10_000


def read(name: str, table: dict[str, Any], kind: Any) -> tuple[Dimension, list[str]]:
    """Makes a dimension from a table.

    Args:
        name: Name of the table.
        table: Content of the table.
        kind: Type of the setting: int, float, bool, str, a Literal or a tuple.

    Returns:
        The dimension, and what is wrong with it: a line a mistake. One whose
        values are wrong has none.
    """
    mistakes = [
        f"[{name}] {key}: unknown; known: {', '.join(KEYS)}" for key in table if key not in KEYS
    ]
    when, wrong = _condition(name, table.get("when", {}))
    mistakes += wrong
    if "choices" in table:
        mixed = [key for key in ("min", "max", "step", "log") if key in table]
        mistakes += [f"[{name}] {key}: doesn't go with choices" for key in mixed]
        values, wrong = _choices(name, table["choices"], kind)
        booleans = kind is bool
        dimension = Dimension(name, "bool" if booleans else "choice", values, when=when)
    elif kind in (int, float):
        dimension, wrong = _range(name, table, kind, when)
    else:
        wrong = [f"[{name}]: needs choices, as this setting is {_words(kind)}"]
        dimension = Dimension(name, "choice", (), when=when)
    return dimension, mistakes + wrong


def _condition(name: str, when: Any) -> tuple[tuple, list[str]]:
    if not isinstance(when, dict):
        return (), [f"[{name}] when: must be like {{ stages = [2, 3] }}. Received: {shown(when)}"]
    lists = {parent: v if isinstance(v, list) else [v] for parent, v in when.items()}
    mistakes = [
        f"[{name}] when: {parent} has no value to hold for" for parent, v in lists.items() if not v
    ]
    return tuple((parent, tuple(_plain(v) for v in vs)) for parent, vs in lists.items()), mistakes


def _plain(value: Any) -> Any:
    """A list as the text that stands for it among choices."""
    return json.dumps(value) if isinstance(value, list) else value


def _choices(name: str, choices: Any, kind: Any) -> tuple[tuple[Any, ...], list[str]]:
    if not isinstance(choices, list) or not choices:
        return (), [f"[{name}] choices: must be a list of one or more. Received: {shown(choices)}"]
    if len(choices) > MAX_POINTS:
        return (), [f"[{name}] choices: must be {MAX_POINTS} at most. Received: {len(choices)}"]
    wrong = [choice for choice in choices if not _fits(choice, kind)]
    if wrong:
        return (), [
            f"[{name}] choices: each must be {_words(kind)}. Received: "
            f"{', '.join(map(_quoted, wrong))}"
        ]
    values = [float(c) if kind is float else _plain(c) for c in choices]
    if len(set(values)) < len(values):
        return (), [f"[{name}] choices: must differ. Received: {', '.join(map(_quoted, choices))}"]
    return tuple(values), []


def _range(name: str, table: dict[str, Any], kind: type, when: tuple) -> tuple[Dimension, list]:
    low, high, step = (table.get(key) for key in ("min", "max", "step"))
    log = table.get("log", False)
    mistakes = [
        f"[{name}] {key}: is missing; a table needs choices, or min and max"
        for key, value in (("min", low), ("max", high))
        if value is None
    ]
    mistakes += [
        f"[{name}] {key}: must be {_words(kind)}. Received: {_quoted(value)}"
        for key, value in (("min", low), ("max", high), ("step", step))
        if value is not None and not _fits(value, kind)
    ]
    if not isinstance(log, bool):
        mistakes.append(f"[{name}] log: must be true or false. Received: {_quoted(log)}")
    if not mistakes:
        if low >= high:
            mistakes.append(f"[{name}] min: must be below max. Received: min={low}, max={high}")
        if step is not None and step <= 0:
            mistakes.append(f"[{name}] step: must be above 0. Received: {step}")
        if log and step is not None:
            mistakes.append(f"[{name}] step: doesn't go with log")
        if log and low <= 0:
            mistakes.append(f"[{name}] min: must be above 0 with log. Received: {low}")
    if not mistakes and kind is float and step and (high - low) / step >= MAX_POINTS:
        mistakes.append(
            f"[{name}] step: must lead to max in fewer than {MAX_POINTS} steps. Received: {step}"
        )
    if mistakes:
        return Dimension(name, "choice", (), when=when), mistakes
    if kind is not int:
        # `max = 1` is a whole number in TOML, and means 1.0 here.
        low, high, step = (None if value is None else float(value) for value in (low, high, step))
    kind_name = "int" if kind is int else "float"
    return Dimension(name, kind_name, None, low, high, step, log, when), []


def _fits(value: Any, kind: Any) -> bool:
    """Whether a TOML value can be a setting of this type; true is no number."""
    if typing.get_origin(kind) is typing.Literal:
        return value in typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        inner = typing.get_args(kind)[0]
        return isinstance(value, list) and all(_fits(item, inner) for item in value)
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is float:
        return isinstance(value, (int, float)) and (
            value == 0 or FLOATS[0] <= abs(value) <= FLOATS[1]
        )
    return isinstance(value, kind) and (kind is not int or abs(value) <= MAX_INT)


def _words(kind: Any) -> str:
    if typing.get_origin(kind) is typing.Literal:
        return f"one of {', '.join(typing.get_args(kind))}"
    if typing.get_origin(kind) is tuple:
        return f"a list, of which each item is {_words(typing.get_args(kind)[0])}"
    return {
        int: f"a whole number from -{MAX_INT} to {MAX_INT}",
        float: f"0 or a number from {FLOATS[0]:g} to {FLOATS[1]:g}, or one below 0",
        str: "a text",
        bool: "true or false",
    }[kind]


def _quoted(value: Any) -> str:
    return shortened(json.dumps(value, default=str))


def check_conditions(dimensions: dict[str, Dimension]) -> list[str]:
    """Conditions on what isn't there, on themselves, in a circle, or that never hold.

    Args:
        dimensions: By name; one without values was wrong already, and no
            condition on it is judged.
    """
    mistakes = []
    for name, dimension in dimensions.items():
        for parent, allowed in dimension.when:
            if parent not in dimensions:
                mistakes.append(f"[{name}] when: the space has no dimension {parent}")
                continue
            if dimensions[parent].values == ():
                continue
            if dimensions[parent].points() is None:
                mistakes.append(f"[{name}] when: {parent} is continuous; a condition needs choices")
                continue
            unknown = [value for value in allowed if value not in dimensions[parent].points()]
            if unknown:
                mistakes.append(
                    f"[{name}] when: {parent} is never {', '.join(map(_quoted, unknown))}"
                )
    ordered = parents_first(dimensions)
    circle = [name for name in dimensions if name not in {d.name for d in ordered}]
    mistakes += [f"[{name}] when: depends on itself" for name in circle]
    if not mistakes:
        mistakes += _check_conditioned(dimensions)
    if not mistakes:
        space = Space("", ordered)
        mistakes += [
            f"[{name}] when: can never hold, as the conditions on {parent} contradict each other"
            for name in space.names
            for parent, values in space.needs(name).items()
            if not values
        ]
    return mistakes


def _check_conditioned(dimensions: dict[str, Dimension]) -> list[str]:
    """Conditions on so many combinations that counting them would take for ever."""
    parents = {parent for dimension in dimensions.values() for parent, _ in dimension.when}
    count = math.prod(len(dimensions[name].points()) for name in parents)
    if count <= MAX_CONDITIONED:
        return []
    return [
        f"when: the dimensions that conditions name, {', '.join(sorted(parents))}, have {count} "
        f"combinations, more than {MAX_CONDITIONED}"
    ]


def parents_first(dimensions: dict[str, Dimension]) -> tuple[Dimension, ...]:
    """Each dimension after those that its condition names; members of a circle are left out."""
    waiting, ordered = dict(dimensions), []
    while True:
        done = {dimension.name for dimension in ordered}
        ready = [
            name
            for name, dimension in waiting.items()
            if all(parent in done or parent not in dimensions for parent, _ in dimension.when)
        ]
        if not ready:
            return tuple(ordered)
        # One at a time, so that the file's order is kept as far as it can be.
        ordered.append(waiting.pop(ready[0]))
