"""Reads a space from TOML; tells every mistake in the file at once.

A table a dimension, named after the setting that it sets: `model.latent_dim`,
`learning_rate`, one item of a tuple as `model.filters[0]`, or `stages`, the
number of convolutions, `training_objective`, or an option of it as
`training_objective.level`. In a table either `choices`, or `min` and `max` with
`step` or `log`; `when` names the values of other dimensions with which this
one counts.
"""

import dataclasses
import random
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasae import files, registry
from kerasae.config import ConfigError, RunError
from kerasae.options import type_hints
from kerasae.run_config import RunConfig, TrainingConfig
from kerasae.run_flags import OBJECTIVE, OBJECTIVE_PREFIX, PREFIX
from kerasae.tuning import searched_objectives, space_table
from kerasae.tuning.candidates import ITEM, STAGES, Candidates
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.space import Space
from kerasae.wording import shortened, shown

# In a checkout a link to search/spaces; an installed kerasae has the files here.
FOLDER = Path(__file__).parent / "spaces"
# Decided by the search as a whole.
NOT_SEARCHED = ("epochs", "seed", "early_stopping")
TRIES = 200
MAX_BYTES = 2**18
MAX_DIMENSIONS = 100
# No family takes as many stages.
MAX_INDEX = 31
# A message with more mistakes isn't read, and to look for all of them may take long.
MAX_MISTAKES = 10


def find(name: str) -> Path:
    """The file of a space: a path, or a name in `search/spaces`.

    Raises:
        ConfigError: where there is neither.
    """
    known = sorted(path.stem for path in FOLDER.glob("*.toml"))
    path = FOLDER / f"{name}.toml" if name in known else Path(name)
    if not path.is_file():
        raise ConfigError(
            f"--space={name} is neither a file nor a space in search/spaces. "
            f"Known there: {', '.join(known) or 'none'}."
        )
    return path


def load(path: Path, base: RunConfig, image_size: tuple[int, int] | None) -> Candidates:
    """Reads and checks a space.

    Args:
        path: The TOML file.
        base: The settings that the space doesn't set.
        image_size: `(height, width)`; None where it is not known yet.

    Raises:
        ConfigError: with every mistake in the file, by table and key, or with
            the line of the first syntax error.
    """
    try:
        tables = list(_tables(_content(path)))
        dimensions, mistakes = _dimensions(path, tables, base)
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply.") from None
    if not tables:
        mistakes.append("there is no table, so nothing varies")
    mistakes += [
        f"[{name}]: doesn't go with [{whole['field']}], which sets all of them"
        for name in dimensions
        if (whole := ITEM.fullmatch(name)) and whole["field"] in dimensions
    ]
    mistakes += space_table.check_conditions(dimensions)
    if mistakes:
        _refuse(path, mistakes)
    space = Space(path.stem, space_table.parents_first(dimensions))
    if mistakes := searched_objectives.misplaced(space, base.training_objective):
        _refuse(path, mistakes)
    candidates = Candidates(space, base, image_size)
    require_possible(path, candidates)
    return candidates


def _content(path: Path) -> dict[str, Any]:
    """The file's TOML."""
    try:
        return tomllib.loads(files.read_text(path, MAX_BYTES))
    except RunError as error:
        raise ConfigError(f"--space: {error}") from None
    except ValueError as error:  # A number of thousands of digits is none of TOMLDecodeError.
        raise ConfigError(f"{path} is not TOML: {shortened(str(error))}.") from None


def _dimensions(
    path: Path, tables: list[tuple[str, Any]], base: RunConfig
) -> tuple[dict[str, Dimension], list[str]]:
    """The dimension of each table by name, and what is wrong with them."""
    if len(tables) > MAX_DIMENSIONS:
        raise ConfigError(f"{path} must have {MAX_DIMENSIONS} tables at most, not {len(tables)}.")
    types = settable(base, searched_objectives.chosen(tables, base.training_objective))
    mistakes: list[str] = []
    dimensions: dict[str, Dimension] = {}
    for name, table in tables:
        kind, item = _type_of(name, types), ITEM.fullmatch(name)
        if name in dimensions:
            mistakes.append(f"[{name}]: is there twice")
        elif kind is None:
            mistakes.append(f"[{name}]: there is no such setting to search; {_known(base, types)}")
        elif item and (len(item["index"]) > 2 or int(item["index"]) > MAX_INDEX):
            mistakes.append(f"[{name}]: an index must be {MAX_INDEX} at most")
        elif not isinstance(table, dict):
            mistakes.append(f"{name}: must be a table. Received: {shortened(shown(table))}")
        else:
            dimension, wrong = space_table.read(name, table, kind)
            mistakes += wrong
            dimensions[name] = dimension
    return dimensions, mistakes


def require_possible(path: Path, candidates: Candidates) -> None:
    """Raises ConfigError for values with which no combination makes a run."""
    mistakes = _impossible(candidates)
    if mistakes:
        _refuse(path, mistakes)


def settable(base: RunConfig, objectives: tuple[str, ...]) -> dict[str, Any]:
    """Type by name of every setting that a space may set, with options of these objectives."""
    model, training = type_hints(type(base.model_config)), type_hints(TrainingConfig)
    names = [field.name for field in dataclasses.fields(TrainingConfig)]
    return {
        STAGES: int,
        **{f"{PREFIX}{name}": kind for name, kind in model.items()},
        OBJECTIVE.flag: typing.Literal[registry.names(registry.OBJECTIVES)],
        **searched_objectives.option_types(objectives),
        **{name: training[name] for name in names if name not in NOT_SEARCHED},
    }


def _tables(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Tables with full names, however the dots were written: `[model.x]` or `["model.x"]`."""
    for name, table in content.items():
        if f"{name}." in (PREFIX, OBJECTIVE_PREFIX) and isinstance(table, dict):
            # [training_objective] is a dimension itself, and [training_objective.beta] in it.
            own = {key: table[key] for key in table if name != "model" and key in space_table.KEYS}
            if own:
                yield name, own
            yield from ((f"{name}.{key}", table[key]) for key in table if key not in own)
        else:
            yield name, table


def _type_of(name: str, types: dict[str, Any]) -> Any:
    """The type of a setting or of a tuple's item; None where there is no such setting."""
    match = ITEM.fullmatch(name)
    if not match:
        return types.get(name)
    kind = types.get(match["field"])
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else None


def _known(base: RunConfig, types: dict[str, Any]) -> str:
    items = [f"{name}[0]" for name, kind in types.items() if typing.get_origin(kind) is tuple]
    return f"--model={base.model} knows {', '.join([*types, *items])}"


def _impossible(candidates: Candidates) -> list[str]:
    """Values with which no combination makes a run, with the reason of one of them."""
    mistakes = []
    for dimension in candidates.space.dimensions:
        if dimension.name == STAGES and not candidates.base.model_config.per_stage:
            mistakes.append(f"[{STAGES}]: --model={candidates.base.model} has no stages")
            continue
        for value in dimension.extremes():
            if len(mistakes) >= MAX_MISTAKES:
                return mistakes
            reason = _why_impossible(candidates, dimension, value)
            if reason:
                mistakes.append(f"[{dimension.name}]: {shown(value)} can't be: {reason}")
    return mistakes


def _why_impossible(candidates: Candidates, dimension: Dimension, value: Any) -> str | None:
    """Why no sample with this value makes a run; None where one does."""
    generator = random.Random(0)
    allowed = {**candidates.space.needs(dimension.name), dimension.name: (value,)}
    reason = None
    for _ in range(TRIES):
        try:
            candidates.config(candidates.space.sample(generator, allowed))
            return None
        except ConfigError as error:
            reason = str(error).rstrip(".")
    return reason


def _refuse(path: Path, mistakes: list[str]) -> None:
    shown_ones = map(shortened, mistakes[:MAX_MISTAKES])
    numbered = [f"({number}) {mistake}" for number, mistake in enumerate(shown_ones, start=1)]
    raise ConfigError(f"{path} has {len(mistakes)} mistake(s): {'; '.join(numbered)}.")
