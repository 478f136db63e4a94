"""Every trial as a line through its settings, coloured by what it reached."""

import math

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kerasae.figures import scales, search_style, style
from kerasae.figures.hover import Mark
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import Objective
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import STOPPED_EARLY, Trial
from kerasae.tuning.search_dir import DESCRIPTION, RECORD

NEEDS = (DESCRIPTION, RECORD)
OFF = -0.13  # height where a dimension isn't used, below the axis from 0 to 1
JITTER = 0.025  # of an axis, so that lines through the same choice stay apart
NOTE = "Objectives have their best value on top. The worst tenth of the trials shares one colour."
MAX_LABELS = 12  # of choices beside an axis; of more, every n-th


def draw(search: Search) -> Figure:
    """Draws the dimensions in the order of the space, then the objectives.

    Raises:
        RunError: where no trial has a score.
    """
    trials, objectives = search_style.require_scores(search), search.objectives
    dimensions, note = search_style.varied(search)
    count = len(dimensions) + len(objectives)
    figure = style.figure(min(max(4.8, 1.4 + 0.72 * count), 12.0), 4.4)
    axes = figure.add_subplot()
    heights = [_heights(dimension, trials) for dimension in dimensions]
    for place, dimension in enumerate(dimensions):
        _show_dimension(axes, place, dimension, any(math.isnan(h) for h in heights[place]))
    for place, objective in enumerate(objectives, start=len(dimensions)):
        heights.append(_show_objective(axes, place, objective, trials))
    lines = np.nan_to_num(np.array(heights).T, nan=OFF)  # (trials, axes)
    _draw_lines(figure, axes, lines, trials, search, note)
    figure.marks += [
        Mark(
            search_style.described(search, trial),
            [(axes, (place, height)) for place, height in enumerate(line)],
            joined=True,
        )
        for trial, line in zip(trials, lines, strict=True)
    ]
    # The unit on a line of its own, or the name would reach far beyond the last axis.
    names = [o.label.replace(" (", "\n(") for o in objectives]
    _frame(axes, [search_style.named(d.name) for d in dimensions] + names)
    return figure


def _heights(dimension: Dimension, trials: list[Trial]) -> list[float]:
    """Each trial's place along an axis from 0 to 1; NaN where the dimension isn't used."""
    generator = np.random.default_rng(0)
    heights = []
    for trial in trials:
        place = dimension.position(trial.values)
        height = math.nan if place is None else _height(dimension, place)
        if dimension.values is not None:
            height += generator.uniform(-JITTER, JITTER)
        heights.append(height)
    return heights


def _height(dimension: Dimension, place: float) -> float:
    """A position as a height from 0 to 1."""
    low, high = dimension.span
    if low == high:
        return 0.5
    if dimension.log:
        low, high, place = math.log(low), math.log(high), math.log(place)
    return (place - low) / (high - low)


def _show_dimension(axes, place: int, dimension: Dimension, unused: bool) -> None:
    """One axis with its choices, or with the numbers of its range."""
    if dimension.labels is not None:
        step = -(-len(dimension.labels) // MAX_LABELS)
        texts = dict(enumerate(dimension.labels))
        texts = {number: text for number, text in texts.items() if number % step == 0}
    else:
        numbers = _round_numbers(*dimension.span, dimension.log)
        texts = {number: scales.short(number) for number in numbers}
    ticks = [(_height(dimension, number), text) for number, text in texts.items()]
    _axis(axes, place, ticks)
    if unused:
        axes.plot([place, place], [OFF, 0], color="0.6", linewidth=0.8, linestyle=":")
        _label(axes, place, OFF, "not used")


def _show_objective(axes, place: int, objective: Objective, trials: list[Trial]) -> list[float]:
    """The axis of an objective, the best value on top; returns each trial's height."""
    values = [trial.value(objective.name) for trial in trials]
    logarithmic = objective.is_logarithmic(values)
    scale = np.log if logarithmic else np.asarray
    low, high = scale(min(values)), scale(max(values))

    def height(value):
        up = 0.5 if low == high else float((scale(value) - low) / (high - low))
        return 1 - up if objective.sign > 0 else up

    numbers = _round_numbers(min(values), max(values), logarithmic)
    _axis(axes, place, [(height(number), scales.short(number)) for number in numbers])
    return [height(value) for value in values]


def _round_numbers(low: float, high: float, logarithmic: bool) -> list[float]:
    """Where an axis gets numbers: round ones inside it, and its ends where those are far."""
    if low == high:
        return [low]
    ticks = scales.locator(low, high, logarithmic).tick_values(low, high)
    inside = [float(tick) for tick in ticks if low <= tick <= high]
    return inside or [low, high]


def _axis(axes, place: int, ticks: list[tuple[float, str]]) -> None:
    axes.plot([place, place], [0, 1], color="0.35", linewidth=0.9, zorder=3)
    for height, text in ticks:
        _label(axes, place, height, text)


def _label(axes, place: int, height: float, text: str) -> None:
    """A number or a choice to the right of its axis, readable over the lines."""
    box = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
    axes.plot(place, height, marker="_", markersize=5, color="0.35", zorder=3)
    axes.text(place + 0.06, height, text, fontsize=style.SMALL, va="center", bbox=box, zorder=4)


def _draw_lines(
    figure, axes, lines: np.ndarray, trials: list[Trial], search: Search, note: str
) -> None:
    """Worst first, so that the best lie on top; trials stopped early are dashed."""
    leading = search.objectives[0]
    values = np.array([trial.value(leading.name) for trial in trials])
    colours, norm, extend = search_style.shades(leading, values)
    order = np.argsort(-leading.sign * values, kind="stable")
    places = np.arange(lines.shape[1])
    stopped = np.array([trial.status == STOPPED_EARLY for trial in trials])
    for which, line_style in ((stopped, (0, (4, 2))), (~stopped, "-")):
        own = [number for number in order if which[number]]
        segments = [np.column_stack([places, lines[number]]) for number in own]
        look = {"cmap": colours, "norm": norm, "linewidth": 1.0, "alpha": 0.7}
        axes.add_collection(
            LineCollection(segments, array=values[own], linestyle=line_style, **look)
        )
    handles = search_style.line_handles(trials)
    ranked = search.ranked
    if ranked:
        best = ranked[0]
        axes.plot(places, lines[trials.index(best)], color=style.RED, linewidth=2.2, zorder=2.5)
        handles.append(
            Line2D([], [], color=style.RED, linewidth=2.2, label=f"best: trial {best.trial_id}")
        )
    bar = figure.colorbar(ScalarMappable(norm, colours), ax=axes, extend=extend, pad=0.01,
                          aspect=30)  # fmt: skip
    if leading.is_logarithmic(values):
        scales.logarithmic(bar.ax.yaxis, (norm.vmin, norm.vmax))
    bar.ax.tick_params(labelsize=style.SMALL)
    bar.set_label(leading.label, fontsize=search_style.TEXT)
    # The legend takes the note with it: each alone would be put into the same place.
    title = style.wrapped(figure, NOTE, note)
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=3,
        frameon=False,
        fontsize=search_style.TEXT,
        title=title,
        title_fontsize=style.SMALL,
    )


def _frame(axes, names: list[str]) -> None:
    """Names above their axes, slanted, since they are longer than the axes are apart."""
    axes.set_xlim(-0.1, len(names) - 1 + 0.75)
    axes.set_ylim(OFF - 0.05, 1.04)
    axes.set_yticks([])
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(names)), names, rotation=30, ha="left",
                    fontsize=search_style.TEXT)  # fmt: skip
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
