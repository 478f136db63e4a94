"""A search's directory as its pictures and its page read it."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np

from kerasae import files
from kerasae.config import RunError
from kerasae.figures.search_space import Dimension
from kerasae.tuning import pareto
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, STOPPED_EARLY

SPACE, TRIALS, CONFIRMED, IMPORTANCE = "search.json", "trials.csv", "confirm.csv", "importance.csv"
STATUSES = (COMPLETED, STOPPED_EARLY, REJECTED, FAILED)
# What an architecture costs, by the column that holds it.
SIZES = {
    "parameters": "parameters",
    "multiply_adds": "multiply-adds an image",
    "code_size": "size of the code",
}
# What is measured, as a figure calls it.
MEASURED = {
    "val_mse_per_pixel": "validation error (MSE per pixel)",
    "val_accuracy": "validation accuracy of a readout",
}
COLUMNS = ("trial_id", "status", "reason", "epochs", "seconds", *SIZES)


@dataclasses.dataclass(frozen=True)
class Objective:
    """What a search makes small or large.

    Attributes:
        name: How it is asked for.
        column: Where its values stand in `trials.csv`.
        direction: `min` or `max`.
        unit: In words; may be empty.
    """

    name: str
    column: str
    direction: str
    unit: str

    @property
    def sign(self) -> int:
        """What turns a value into a cost, where less is better."""
        return 1 if self.direction == "min" else -1

    @property
    def label(self) -> str:
        """For an axis or a table: in words, with the unit."""
        known = SIZES | MEASURED
        if self.column in known:
            return known[self.column]
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def is_size(self) -> bool:
        """Whether it follows from the architecture, without training."""
        return self.column in SIZES


@dataclasses.dataclass(frozen=True)
class Trial:
    """One candidate and what became of it.

    Attributes:
        id: As in `trials.csv`, zero-padded.
        status: One of `STATUSES`.
        reason: Why it did not complete; empty where it did.
        cells: The whole row.
        positions: By dimension, where it has one; see `Dimension.position`.
    """

    id: str
    status: str
    reason: str
    cells: dict[str, str]
    positions: dict[str, float]

    def value(self, column: str) -> float | None:
        """A number of the row; None where it isn't known or isn't finite."""
        number = float(self.cells[column] or math.nan)
        return number if math.isfinite(number) else None


@dataclasses.dataclass(frozen=True)
class Search:
    """Everything that is on disk about a search.

    Attributes:
        path: The directory.
        plan: The content of `search.json`.
        dimensions: Of the space.
        objectives: One, or several of a Pareto search; the first one leads.
        trials: In the order in which they began.
        confirmed: Rows of `confirm.csv`; none before the best are confirmed.
    """

    path: Path
    plan: dict[str, Any]
    dimensions: tuple[Dimension, ...]
    objectives: tuple[Objective, ...]
    trials: tuple[Trial, ...]
    confirmed: tuple[dict[str, str], ...]

    @property
    def counted(self) -> int:
        """Trials as `--max_trials` counts them: rejected ones don't."""
        return sum(trial.status != REJECTED for trial in self.trials)

    @property
    def figures(self) -> Path:
        """The folder of pictures."""
        return self.path / "figures"

    @property
    def measured(self) -> tuple[Objective, ...]:
        """The objectives that need training; all where there is none of that kind."""
        trained = tuple(each for each in self.objectives if not each.is_size)
        return trained or self.objectives

    def completed(self) -> list[Trial]:
        """Trials that ran to their end, which alone can be the best."""
        return [trial for trial in self.trials if trial.status == COMPLETED]

    def scored(self, objective: Objective) -> list[Trial]:
        """Trials that were trained and have a value, also those stopped early."""
        return [
            trial
            for trial in self.trials
            if trial.status in (COMPLETED, STOPPED_EARLY)
            and trial.value(objective.column) is not None
        ]

    def ranked(self, objective: Objective) -> list[Trial]:
        """Completed trials, best first; of equals the better in the other objectives.

        The first by the leading objective is the one in `best.flags`: nothing
        beats it in all objectives, so it leads the Pareto front.
        """
        known = [trial for trial in self.scored(objective) if trial.status == COMPLETED]
        goals = [objective, *(each for each in self.objectives if each != objective)]

        def costs(trial: Trial) -> list[float]:
            values = [trial.value(goal.column) for goal in goals]
            return [
                math.inf if value is None else goal.sign * value
                for goal, value in zip(goals, values, strict=True)
            ]

        return sorted(known, key=costs)

    def front(self, columns: dict[str, int]) -> list[Trial]:
        """Completed trials that no other one beats, sorted by the first column.

        Args:
            columns: Columns of `trials.csv`, each with 1 where less is better
                and -1 where more is.
        """
        known = [
            trial
            for trial in self.completed()
            if all(trial.value(column) is not None for column in columns)
        ]
        costs = np.array(
            [[sign * trial.value(column) for column, sign in columns.items()] for trial in known]
        ).reshape(len(known), len(columns))
        members = [
            (tuple(cost), trial)
            for cost, trial, keep in zip(costs, known, pareto.front(costs), strict=True)
            if keep
        ]
        return [trial for _, trial in sorted(members, key=lambda member: member[0])]


def read(folder: Path) -> Search:
    """Reads a search's directory, at any moment of the search.

    Raises:
        RunError: where `search.json` is missing, or a file is damaged.
    """
    plan = files.read_json(folder / SPACE)
    try:
        dimensions = tuple(map(Dimension.read, plan["space"]["dimensions"]))
        objectives = tuple(
            Objective(**{name: entry[name] for name in ("name", "column", "direction", "unit")})
            for entry in plan["objectives"]
        )
        missing = {"settings", "tuner", "max_trials", "seed", "published", "command"} - set(plan)
        if missing or not objectives:
            raise KeyError(*sorted(missing or {"objectives"}))
    except (KeyError, TypeError) as error:
        raise RunError(f"{folder / SPACE} is damaged: {error!r}.") from None
    path = folder / TRIALS
    try:
        needed = [dimension.name for dimension in dimensions]
        needed += [objective.column for objective in objectives]
        rows = files.read_csv(path) if path.exists() else []
        trials = tuple(_trial(row, dimensions, {*needed, *COLUMNS}) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is damaged: {error!r}.") from None
    confirmed = folder / CONFIRMED
    rows = files.read_csv(confirmed) if confirmed.exists() else []
    return Search(folder, plan, dimensions, objectives, trials, tuple(rows))


def _trial(row: dict[str, str], dimensions: tuple[Dimension, ...], columns: set[str]) -> Trial:
    """One row, with every number proved to be one."""
    absent = sorted(columns - set(row))
    if absent:
        raise KeyError(*absent)
    if row["status"] not in STATUSES:
        raise ValueError(f"status can't be {row['status']!r}")
    positions = {
        dimension.name: position
        for dimension in dimensions
        if (position := dimension.position(row[dimension.name])) is not None
    }
    for column in columns - {"trial_id", "status", "reason", *(d.name for d in dimensions)}:
        float(row[column] or 0)
    return Trial(row["trial_id"], row["status"], row["reason"], row, positions)
