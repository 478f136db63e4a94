"""From a point of the space to the settings of a run, and back."""

import dataclasses
import functools
import itertools
import json
import re
from typing import Any

from kerasae import registry
from kerasae.config import ConfigError, require
from kerasae.models.footprint import require_buildable
from kerasae.run_config import RunConfig
from kerasae.run_flags import OBJECTIVE, OBJECTIVE_PREFIX, PREFIX
from kerasae.tuning.dimension import Values
from kerasae.tuning.space import Space

STAGES = "stages"
ITEM = re.compile(r"(?P<field>.+)\[(?P<index>\d+)\]")
# Above this many combinations, those that make sense are not counted one by one.
COUNTED = 20_000


class Candidates:
    """The runs that the points of a space stand for.

    Args:
        space: What varies.
        base: All other settings.
        image_size: `(height, width)`, to tell which models the images fit;
            None where it is not known yet.
    """

    def __init__(self, space: Space, base: RunConfig, image_size: tuple[int, int] | None):
        self.space, self.base, self.image_size = space, base, image_size

    def config(self, values: Values) -> RunConfig:
        """The run that a point stands for.

        Raises:
            ConfigError: where the settings don't go together.
        """
        model, training = self._settings(values, PREFIX), self._settings(values, "")
        if STAGES in values:
            self._cut(model, values[STAGES])
        config = dataclasses.replace(
            self.base,
            model_config=dataclasses.replace(self.base.model_config, **_tuples(model)),
            training=dataclasses.replace(self.base.training, **_tuples(training)),
            training_objective=values.get(OBJECTIVE.flag, self.base.training_objective),
            objective_config=self._objective_config(values),
        )
        if self.image_size:
            require_buildable(config, self.image_size)
        return config

    def _settings(self, values: Values, prefix: str) -> dict[str, Any]:
        """The settings of the model or, without a prefix, of training; tuples as items by index."""
        owner = self.base.model_config if prefix else self.base.training
        found: dict[str, Any] = {}
        for name, value in values.items():
            of_objective = name == OBJECTIVE.flag or name.startswith(OBJECTIVE_PREFIX)
            if name == STAGES or of_objective or name.startswith(PREFIX) != bool(prefix):
                continue
            match = ITEM.fullmatch(name)
            field = (match["field"] if match else name).removeprefix(prefix)
            default = getattr(owner, field)
            if match:
                items = found.setdefault(field, dict(enumerate(default)))
                items[int(match["index"])] = value
            elif isinstance(default, tuple):
                found[field] = dict(enumerate(json.loads(value)))
            else:
                found[field] = value
        return found

    def _objective_config(self, values: Values) -> Any:
        """The options of a point's objective; those of the flags are the flags' objective's."""
        options = {
            name.removeprefix(OBJECTIVE_PREFIX): value
            for name, value in values.items()
            if name.startswith(OBJECTIVE_PREFIX)
        }
        name = values.get(OBJECTIVE.flag, self.base.training_objective)
        if name == self.base.training_objective:
            return dataclasses.replace(self.base.objective_config, **options)
        plugin = registry.load(registry.OBJECTIVES, name, f"--{OBJECTIVE.flag}")
        return plugin.Config(**options)

    def _cut(self, model: dict[str, Any], stages: int) -> None:
        """Brings the tuples with one item a stage to as many stages."""
        for field in self.base.model_config.per_stage:
            items = model.get(field) or dict(enumerate(getattr(self.base.model_config, field)))
            model[field] = {at: item for at, item in items.items() if at < stages}
            require(
                len(model[field]) == stages,
                f"Neither the space nor --{PREFIX}{field} has a value for each stage.",
                **{STAGES: stages},
            )

    def feasible(self, values: Values) -> RunConfig | None:
        """The run, or None where there is no such run."""
        try:
            return self.config(values)
        except ConfigError:
            return None

    def values_of(self, config: RunConfig) -> Values:
        """The point that stands for a run, as far as the space sets it."""
        values: Values = {}
        for dimension in self.space.dimensions:
            if not dimension.is_active(values):
                continue
            value = _read(config, dimension.name)
            if value is not None:
                values[dimension.name] = value
        return values

    def distinct(self):
        """Every run of a discrete space once, as `(values, config)`, in the space's order."""
        seen = set()
        for values in self.space.points():
            config = self.feasible(values)
            if config is not None and config not in seen:
                seen.add(config)
                yield values, config

    @functools.cached_property
    def size(self) -> tuple[int | None, bool]:
        """Number of different runs, and whether it is exact or an upper bound.

        None for infinitely many.
        """
        if self.space.continuous:
            return None, True
        combinations = int(self.space.combinations())
        if combinations > COUNTED:
            return combinations, False
        return sum(1 for _ in self.distinct()), True


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    """Items by index as tuples; ConfigError where an item before the last one is missing."""
    made = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            missing = [at for at in range(max(value, default=-1) + 1) if at not in value]
            if missing:
                raise ConfigError(
                    f"{name} has no item {missing[0]}, neither from the space nor from the flags."
                )
            value = tuple(value[at] for at in range(len(value)))
        made[name] = value
    return made


def _read(config: RunConfig, name: str) -> Any:
    """The value of one dimension in a run; None where it has none."""
    if name == STAGES:
        return len(getattr(config.model_config, config.model_config.per_stage[0]))
    if name == OBJECTIVE.flag:
        return config.training_objective
    if name.startswith(OBJECTIVE_PREFIX):
        return getattr(config.objective_config, name.removeprefix(OBJECTIVE_PREFIX), None)
    match = ITEM.fullmatch(name)
    field = (match["field"] if match else name).removeprefix(PREFIX)
    value = getattr(config.model_config if name.startswith(PREFIX) else config.training, field)
    if match:
        return next(itertools.islice(value, int(match["index"]), None), None)
    return json.dumps(list(value)) if isinstance(value, tuple) else value
