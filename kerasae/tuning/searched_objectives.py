"""Training objectives that a space chooses from, and where their options count."""

import typing
from collections.abc import Iterable
from typing import Any

from kerasae import registry
from kerasae.options import option_fields, type_hints, without_none
from kerasae.run_flags import OBJECTIVE, OBJECTIVE_PREFIX
from kerasae.tuning.space import Space


def chosen(tables: Iterable[tuple[str, Any]], own: str) -> tuple[str, ...]:
    """The objectives of a space that is read, as far as there are such.

    Args:
        tables: Name and content of each.
        own: The objective of the flags.
    """
    table = dict(tables).get(OBJECTIVE.flag)
    choices = table.get("choices") if isinstance(table, dict) else None
    if not isinstance(choices, list):
        return (own,)
    known = registry.names(registry.OBJECTIVES)
    return tuple(choice for choice in choices if choice in known)


def option_types(objectives: Iterable[str]) -> dict[str, Any]:
    """Type by name of every option that one of the objectives has.

    Where they allow different words, all of them: an objective refuses the others' by itself.
    """
    found: dict[str, Any] = {}
    for objective in objectives:
        config_class = _config(objective)
        for field in option_fields(config_class):
            kind = without_none(type_hints(config_class)[field.name])  # TOML has no None.
            name = f"{OBJECTIVE_PREFIX}{field.name}"
            if typing.get_origin(kind) is typing.Literal:
                kind = typing.Literal[kind, found.get(name, kind)]
            found[name] = kind
    return found


def misplaced(space: Space, own: str) -> list[str]:
    """Options that count where the objective has no such option: a line each.

    Args:
        space: Whose conditions are right by themselves.
        own: The objective of the flags.
    """
    searched = space[OBJECTIVE.flag].values if OBJECTIVE.flag in space.names else (own,)
    mistakes = []
    for name in space.names:
        if not name.startswith(OBJECTIVE_PREFIX):
            continue
        option = name.removeprefix(OBJECTIVE_PREFIX)
        having = [each for each in searched if _has(each, option)]
        lacking = set(space.needs(name).get(OBJECTIVE.flag, searched)) - set(having)
        if lacking:
            mistakes.append(
                f"[{name}]: is no option of {', '.join(sorted(lacking))}; it needs "
                f"when = {{ {OBJECTIVE.flag} = {having} }}".replace("'", '"')
            )
    return mistakes


def _has(objective: str, option: str) -> bool:
    return option in {field.name for field in option_fields(_config(objective))}


def _config(objective: str) -> type:
    return registry.load(registry.OBJECTIVES, objective, f"--{OBJECTIVE.flag}").Config
