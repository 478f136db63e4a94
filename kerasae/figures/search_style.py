"""Shared by the pictures of a search: looks of a trial's fate, axes, strips without a score."""

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.lines import Line2D

from kerasae import tables
from kerasae.config import RunError
from kerasae.figures import hover, scales, style
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import SIZES, Objective
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import COMPLETED, FAILED, REJECTED, STOPPED_EARLY, Trial

# Points.
TEXT, TITLE = 8, 9
# Colour and marker alike show a trial's fate.
LOOKS = {
    COMPLETED: {"color": style.BLUE, "marker": "o", "label": "completed"},
    STOPPED_EARLY: {"color": style.ORANGE, "marker": "v", "label": "stopped early"},
    REJECTED: {"color": style.PURPLE, "marker": "s", "label": "rejected before training"},
    FAILED: {"color": style.RED, "marker": "X", "label": "failed"},
}
PUBLISHED = {"color": style.BLACK, "marker": "*", "markersize": 13}
FRONT = {"color": style.GREEN, "linewidth": 1.5, "marker": "o", "markersize": 7}
LETTERS = 34  # of a dimension's name
STRIP = 1.05  # height of trials without a score, of the axes' own
# The dark end is the best. Viridis's last, bright yellow is left out: it is lost on white.
SHADES = 0.9


def require_scores(search: Search) -> list[Trial]:
    """The trials with a value of each objective.

    Raises:
        RunError: where there is none.
    """
    trials = search.trained
    if not trials:
        names = ", ".join(objective.name for objective in search.objectives)
        raise RunError(f"No trial in {search.path} has a value of {names} yet.")
    return trials


def status_marks(axes, xs, ys, status: str, **changes) -> None:
    """Draws trials of one fate."""
    look = LOOKS[status] | {"linestyle": "", "markersize": 4.5, "alpha": 0.8} | changes
    axes.plot(xs, ys, markeredgecolor="white", markeredgewidth=0.4, **look)


def strip(axes, trials: list[Trial], place) -> None:
    """Draws rejected and failed trials, which have no score, in a row above the axes.

    Args:
        axes: Where.
        trials: Of any status; others are left out.
        place: From a trial to its place along the horizontal axis; None leaves it out.
    """
    for status in (REJECTED, FAILED):
        xs = [x for trial in trials if trial.status == status and (x := place(trial)) is not None]
        if xs:
            status_marks(
                axes, xs, [STRIP] * len(xs), status, clip_on=False, markersize=4,
                transform=axes.get_xaxis_transform(),
            )  # fmt: skip


def strip_note(trials) -> list[str]:
    """What to say of the row above the axes, where there is one."""
    above = any(trial.status in (REJECTED, FAILED) for trial in trials)
    return ["Rejected and failed trials stand above the panels."] if above else []


def status_handles(trials) -> list[Line2D]:
    """Entries of a legend for the fates that there are, with their counts."""
    handles = []
    for status, look in LOOKS.items():
        count = sum(trial.status == status for trial in trials)
        if count:
            look = look | {"label": f"{look['label']}: {count}", "linestyle": "", "markersize": 5}
            handles.append(Line2D([], [], **look))
    return handles


def described(search: Search, trial: Trial) -> str:
    """What is said of a trial where it is pointed at: its fate, its numbers, its settings."""
    shown = {objective.name: objective.label for objective in search.objectives}
    shown |= {size.name: size.label for size in SIZES.values()}
    measured = [
        (label, tables.number(value))
        for name, label in shown.items()
        if (value := trial.value(name)) is not None
    ]
    settings = [
        (name, tables.number(value) if isinstance(value, float) else value)
        for name, value in trial.values.items()
    ]
    fate = LOOKS[trial.status]["label"]
    return hover.lines(f"trial {trial.trial_id}, {fate}", [*measured, *settings])


def varied(search: Search) -> tuple[list[Dimension], str]:
    """The dimensions with more than one value, all where none has, and what to say of others."""
    several = [d for d in search.dimensions if d.span[0] < d.span[1]]
    single = [d.name for d in search.dimensions if d not in several]
    if not several or not single:
        return list(search.dimensions), ""
    return several, f"With one value, and not shown: {', '.join(single)}."


def named(name: str) -> str:
    """A dimension's name as a text of a figure; of a long one the end, which says more."""
    return name if len(name) <= LETTERS else f"…{name[1 - LETTERS :]}"


def score_axis(axis, objective: Objective, values) -> None:
    """The scale and the label of an axis of an objective."""
    if objective.is_logarithmic(values):
        scales.logarithmic(axis, values)
    axis.set_label_text(objective.label, fontsize=TEXT)


def shades(objective: Objective, values) -> tuple[ListedColormap, Normalize, str]:
    """Colours of an objective's values, the best one dark.

    The worst tenth shares one colour, so that a few outliers don't leave all
    others alike.

    Returns:
        `(colour map, norm, extend)`, the last one for the colour bar.
    """
    best, worst = np.quantile(values, (0, 0.9) if objective.sign > 0 else (1, 0.1))
    low, high = sorted((best, worst))
    if low == high:
        low, high = low - abs(low) * 0.01 - 1e-9, high + abs(high) * 0.01 + 1e-9
    colours = colormaps["viridis"](np.linspace(0, SHADES, 256))
    if objective.sign < 0:
        colours = colours[::-1]
    logarithmically = objective.is_logarithmic(values) and low > 0
    norm = LogNorm(low, high) if logarithmically else Normalize(low, high)
    clipped = min(values) < low or max(values) > high
    extend = {1: "max", -1: "min"}[objective.sign] if clipped else "neither"
    return ListedColormap(colours), norm, extend


def line_handles(trials) -> list[Line2D]:
    """Entries of a legend where a trial is a line: dashed where it was stopped early."""
    patterns = {COMPLETED: "-", STOPPED_EARLY: "--"}
    return [
        Line2D([], [], color="0.4", linewidth=1.2, linestyle=pattern,
               label=f"{LOOKS[status]['label']}: {count}")
        for status, pattern in patterns.items()
        if (count := sum(trial.status == status for trial in trials))
    ]  # fmt: skip
