"""Measures how much of the objectives' variance each dimension has; writes `importance.csv`."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kerasae.config import RunError
from kerasae.evaluation import importance
from kerasae.tuning import importance_table
from kerasae.tuning.importance_table import Share
from kerasae.tuning.objectives import Objective
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import Trial


def write(search: Search) -> Path:
    """Writes a row for each measured objective and dimension.

    Sizes are left out: they follow from the settings by arithmetic.

    Raises:
        RunError: where too few trials have completed, or all reached the same.
    """
    rows, trials = [], search.completed
    for objective in search.measured:
        results = _results(objective, [trial.value(objective.name) for trial in trials])
        try:
            found = importance.measure(_settings(search, trials), results, search.description.seed)
        except ValueError as error:
            raise RunError(f"Importance for the {objective.label}: {error}.") from None
        rows += [
            Share(objective.name, dimension.name, mean, std, found.held_out_r2, len(trials))
            for dimension, mean, std in zip(
                search.dimensions, found.mean.tolist(), found.std.tolist(), strict=True
            )
        ]
    importance_table.write(search.folder.importance, rows)
    return search.folder.importance


def _results(objective: Objective, values: Sequence[float]) -> np.ndarray:
    """Values of an objective, errors by their logarithm as the pictures show them."""
    return np.log(values) if objective.is_logarithmic(values) else np.array(values)


def _settings(search: Search, trials: Sequence[Trial]) -> np.ndarray:
    """Positions, `(trials, dimensions)`, without gaps.

    A dimension that a trial doesn't use gets the median of those that do: that
    it wasn't used is then shown by the dimension it depends on alone, which
    takes the whole credit.
    """
    found = [[d.position(trial.values) for d in search.dimensions] for trial in trials]
    places = np.array([[math.nan if p is None else p for p in row] for row in found])
    for column in places.T:
        known = column[~np.isnan(column)]
        # The middle one of them, never between two choices.
        column[np.isnan(column)] = np.sort(known)[len(known) // 2] if len(known) else 0
    return places
