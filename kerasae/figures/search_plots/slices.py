"""The objective against each dimension by itself."""

from collections import defaultdict

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kerasae.figures import scales, search_style, style
from kerasae.figures.hover import Mark
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY, Trial
from kerasae.tuning.search_dir import DESCRIPTION, RECORD

NEEDS = (DESCRIPTION, RECORD)
COLUMNS = 4
JITTER = 0.16  # of the way between two choices
MAX_LABELS = 8  # of choices below a panel; of more, every n-th
LETTERS = 24  # of labels together that fit side by side below a panel
MEDIAN = {"color": style.BLACK, "linewidth": 1.6}


def draw(search: Search) -> Figure:
    """Draws a panel for each dimension; the first objective where there are several.

    Raises:
        RunError: where no trial has a score.
    """
    objective = search.objectives[0]
    trials = search_style.require_scores(search)
    dimensions, note = search_style.varied(search)
    rows = -(-len(dimensions) // COLUMNS)
    columns = min(COLUMNS, len(dimensions))
    figure = style.figure(1.0 + 2.15 * max(columns, 3), 1.0 + 2.25 * rows)
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
    values = [trial.value(objective.name) for trial in trials]
    places = [_places(dimension, search) for dimension in dimensions]
    for axes, dimension, own in zip(panels.flat, dimensions, places, strict=False):
        _show(axes, search, dimension, trials, own)
    figure.marks += [
        Mark(
            search_style.described(search, trial),
            [
                (axes, (own[trial.trial_id], trial.value(objective.name)))
                for axes, own in zip(panels.flat, places, strict=False)
                if trial.trial_id in own
            ],
        )
        for trial in trials
    ]
    for axes in panels.flat[len(dimensions) :]:
        axes.set_visible(False)
    for axes in panels[:, 0]:
        search_style.score_axis(axes.yaxis, objective, values)
        axes.set_ylabel("")
    figure.supylabel(objective.label, fontsize=search_style.TITLE)
    handles = search_style.status_handles(search.trials)
    handles.append(Line2D([], [], **MEDIAN, label="median of the completed, by choice"))
    figure.legend(handles=handles, loc="outside upper center", ncols=3,
                  fontsize=search_style.TEXT, frameon=False)  # fmt: skip
    style.note(figure, " ".join(search_style.strip_note(search.trials)), note)
    return figure


def _show(
    axes, search: Search, dimension: Dimension, trials: list[Trial], places: dict[str, float]
) -> None:
    """One dimension: points by status at their places; choices a little apart from each other."""
    style.tidy(axes)
    axes.tick_params(labelsize=style.SMALL)
    name = search.objectives[0].name
    for status in (STOPPED_EARLY, COMPLETED):
        own = [trial for trial in trials if trial.status == status and trial.trial_id in places]
        search_style.status_marks(
            axes, [places[t.trial_id] for t in own], [t.value(name) for t in own], status,
            markersize=4, alpha=0.7,
        )  # fmt: skip
    search_style.strip(axes, list(search.trials), lambda trial: places.get(trial.trial_id))
    if dimension.values is not None:
        _show_medians(axes, search, dimension)
        _label_choices(axes, dimension)
    low, high = dimension.span
    if dimension.values is not None:
        axes.set_xlim(low - 0.5, high + 0.5)
    elif low < high:
        if dimension.log:
            scales.logarithmic(axes.xaxis, (low, high), room=0.5)
            axes.set_xlim(low * (low / high) ** 0.05, high * (high / low) ** 0.05)
        else:
            axes.set_xlim(low - 0.05 * (high - low), high + 0.05 * (high - low))
            axes.locator_params(axis="x", nbins=4)
    title = search_style.named(dimension.name)
    without = sum(trial.trial_id not in places for trial in trials)
    if without:
        title += f"\n(not used by {without} of {len(trials)})"
    axes.set_title(title, fontsize=search_style.TEXT, pad=13)


def _places(dimension: Dimension, search: Search) -> dict[str, float]:
    """Where each trial that uses the dimension stands along it."""
    jitter = np.random.default_rng(0).uniform(-JITTER, JITTER, len(search.trials))
    return {
        trial.trial_id: position + (shift if dimension.values is not None else 0)
        for trial, shift in zip(search.trials, jitter, strict=True)
        if (position := dimension.position(trial.values)) is not None
    }


def _show_medians(axes, search: Search, dimension: Dimension) -> None:
    """A short line across each choice at the median of its completed trials."""
    by_place = defaultdict(list)
    for trial in search.completed:
        if (position := dimension.position(trial.values)) is not None:
            by_place[position].append(trial.value(search.objectives[0].name))
    places = np.array(list(by_place))
    medians = [np.median(values) for values in by_place.values()]
    axes.hlines(medians, places - 0.3, places + 0.3, **MEDIAN)


def _label_choices(axes, dimension: Dimension) -> None:
    """Choices below their places, slanted where they are long."""
    step = -(-len(dimension.labels) // MAX_LABELS)
    shown = dimension.labels[::step]
    slanted = sum(map(len, shown)) > LETTERS
    axes.set_xticks(
        range(0, len(dimension.labels), step), shown,
        rotation=35 if slanted else 0, ha="right" if slanted else "center", rotation_mode="anchor",
    )  # fmt: skip
