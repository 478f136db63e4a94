"""Draws what a search shows and writes its page."""

from pathlib import Path

import numpy as np

from kerasae import files, registry
from kerasae.config import RunError
from kerasae.evaluation import importance
from kerasae.figures import drawing, search_files
from kerasae.figures.search_files import Objective, Search
from kerasae.figures.search_style import is_logarithmic
from kerasae.reporting import search_page

COLUMNS = ["objective", "dimension", "importance", "importance_std", "held_out_r2", "trials"]


def write(folder: Path) -> Path:
    """Draws every picture that can be drawn and writes `report/index.html`.

    Also writes `importance.csv` where enough trials have completed. What can't
    be drawn yet is told on the page, with the reason.

    Args:
        folder: The search's directory, at any moment of the search.

    Returns:
        The page's path.

    Raises:
        RunError: where the directory holds no search, or a damaged one.
    """
    search = search_files.read(folder)
    left_out = {}
    try:
        write_importance(search)
    except RunError as error:
        left_out["importance"] = str(error)
    for name in registry.names(registry.SEARCH_PLOTS):
        if name in left_out:
            continue
        try:
            drawing.draw_of_search(search, name)
        except RunError as error:
            left_out[name] = str(error)
    return search_page.write(search, left_out)


def write_importance(search: Search) -> Path:
    """Writes `importance.csv`: a row for each measured objective and dimension.

    Sizes are left out: they follow from the settings by arithmetic.

    Raises:
        RunError: where too few trials have completed, or all reached the same.
    """
    rows = []
    for objective in search.measured:
        # By number, so that the order in which parallel trials end makes no difference.
        trials = sorted(search.ranked(objective), key=lambda trial: trial.id)
        results = _results(objective, [trial.value(objective.column) for trial in trials])
        try:
            found = importance.measure(_settings(search, trials), results, search.plan["seed"])
        except ValueError as error:
            raise RunError(f"Importance for the {objective.label}: {error}.") from None
        rows += [
            dict(zip(COLUMNS, (objective.column, dimension.name, mean, std, found.held_out_r2,
                               len(trials)), strict=True))
            for dimension, mean, std in zip(
                search.dimensions, found.mean.tolist(), found.std.tolist(), strict=True
            )
        ]  # fmt: skip
    path = search.path / search_files.IMPORTANCE
    files.write_csv(path, COLUMNS, rows)
    return path


def _results(objective: Objective, values: list[float]) -> np.ndarray:
    """Values of an objective, errors and sizes by their logarithm as the pictures show them."""
    return np.log(values) if is_logarithmic(objective, values) else np.array(values)


def _settings(search: Search, trials: list) -> np.ndarray:
    """Positions, `(trials, dimensions)`, without gaps.

    A dimension that a trial doesn't use gets the median of those that do: that
    it wasn't used is then told by the dimension it depends on alone, which
    takes the whole credit.
    """
    places = np.array(
        [[trial.positions.get(d.name, np.nan) for d in search.dimensions] for trial in trials]
    )
    for column in places.T:
        known = column[~np.isnan(column)]
        # The middle one of them, never between two choices.
        column[np.isnan(column)] = np.sort(known)[len(known) // 2] if len(known) else 0
    return places
