"""Progress of the search: every trial in order, and the best so far."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from kerasae.config import RunError
from kerasae.figures import search_style, style
from kerasae.figures.hover import Mark
from kerasae.tuning.objectives import Objective
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY
from kerasae.tuning.search_dir import DESCRIPTION, RECORD

NEEDS = (DESCRIPTION, RECORD)
BEST = {"color": style.BLACK, "linewidth": 1.3}


def draw(search: Search) -> Figure:
    """Draws a panel for each objective; trials without a score stand above it.

    Raises:
        RunError: where no trial has ended.
    """
    if not search.trials:
        raise RunError(f"No trial in {search.path} has ended yet.")
    count = len(search.objectives)
    figure = style.figure(7.2, 1.2 + 2.4 * count)
    panels = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
    for axes, objective in zip(panels, search.objectives, strict=True):
        _show(axes, search, objective)
    figure.marks += [
        Mark(
            search_style.described(search, trial),
            [
                (axes, (number, trial.value(objective.name)))
                for axes, objective in zip(panels, search.objectives, strict=True)
            ],
        )
        for number, trial in enumerate(search.trials, start=1)
        if trial.trained
    ]
    panels[-1].set_xlabel("trial, in the order in which they began", fontsize=search_style.TEXT)
    panels[-1].xaxis.set_major_locator(
        MaxNLocator(10, steps=(1, 2, 5, 10), integer=True, min_n_ticks=1)
    )
    panels[-1].set_xlim(0.4, len(search.trials) + 0.6)
    handles = search_style.status_handles(search.trials)
    if search.completed:
        handles.append(Line2D([], [], **BEST, label="best so far, of the completed"))
    style.note(figure, *search_style.strip_note(search.trials))
    figure.legend(handles=handles, loc="outside upper center", ncols=3,
                  fontsize=search_style.TEXT, frameon=False)  # fmt: skip
    return figure


def _show(axes, search: Search, objective: Objective) -> None:
    """One objective: points by status, a step line of the best completed one so far."""
    style.tidy(axes)
    axes.tick_params(labelsize=search_style.TEXT)
    numbers = {trial.trial_id: number for number, trial in enumerate(search.trials, start=1)}
    search_style.strip(axes, search.trials, lambda trial: numbers[trial.trial_id])
    scored = search.trained
    if not scored:
        axes.set_ylabel(objective.label, fontsize=search_style.TEXT)
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no trial has a score", transform=axes.transAxes,
                  ha="center", fontsize=search_style.TITLE)  # fmt: skip
        return
    for status in (STOPPED_EARLY, COMPLETED):
        own = [trial for trial in scored if trial.status == status]
        search_style.status_marks(
            axes,
            [numbers[trial.trial_id] for trial in own],
            [trial.value(objective.name) for trial in own],
            status,
        )
    values = [trial.value(objective.name) for trial in scored]
    search_style.score_axis(axes.yaxis, objective, values)
    ended = [trial for trial in scored if trial.status == COMPLETED]
    if ended:
        xs, best = best_so_far(
            [numbers[trial.trial_id] for trial in ended],
            [trial.value(objective.name) for trial in ended],
            objective.sign,
        )
        axes.step([*xs, len(numbers)], [*best, best[-1]], where="post", **BEST)


def best_so_far(numbers: list[int], values: list[float], sign: int) -> tuple[list, list]:
    """Where the best value changes, and to what.

    Args:
        numbers: Numbers of the trials, rising.
        values: Values of the objective, in the same order.
        sign: 1 where less is better, -1 where more is.
    """
    best = sign * np.minimum.accumulate(sign * np.array(values))
    changed = np.concatenate([[True], best[1:] != best[:-1]])
    return list(np.array(numbers)[changed]), list(best[changed])
