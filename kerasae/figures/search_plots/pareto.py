"""Cost of a small error: every trial against its sizes, and the front."""

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from kerasae.figures import scales, search_style, style
from kerasae.figures.hover import Mark
from kerasae.tuning import ranking
from kerasae.tuning.description import PublishedArchitecture
from kerasae.tuning.objectives import SIZES, Objective
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import COMPLETED, STOPPED_EARLY
from kerasae.tuning.search_dir import DESCRIPTION, RECORD

NEEDS = (DESCRIPTION, RECORD)
NOTE = (
    "The front joins the completed trials that no smaller one beats in that panel. "
    "Sizes and errors are on logarithmic scales."
)
RINGS = "Rings: the front over all objectives together."


def draw(search: Search) -> Figure:
    """Draws a row for each objective that is not a size itself, a column for each size.

    Raises:
        RunError: where no trial has a score.
    """
    rows = search.measured
    search_style.require_scores(search)
    figure = style.figure(9.6, 1.3 + 3.0 * len(rows))
    grid = figure.subplots(len(rows), len(SIZES), sharey="row", sharex="col", squeeze=False)
    for panels, objective in zip(grid, rows, strict=True):
        for axes, size in zip(panels, SIZES.values(), strict=True):
            _show(axes, search, objective, size)
        panels[0].set_ylabel(objective.label, fontsize=search_style.TEXT)
    for axes, size in zip(grid[-1], SIZES.values(), strict=True):
        axes.set_xlabel(size.label, fontsize=search_style.TEXT)
    figure.marks += [
        Mark(
            search_style.described(search, trial),
            [
                (axes, (trial.value(size.name), trial.value(objective.name)))
                for panels, objective in zip(grid, rows, strict=True)
                for axes, size in zip(panels, SIZES.values(), strict=True)
            ],
        )
        for trial in search.trained
    ]
    figure.legend(handles=_handles(search), loc="outside upper center", ncols=4,
                  fontsize=search_style.TEXT, frameon=False)  # fmt: skip
    notes = [NOTE, *([RINGS] if len(search.objectives) > 1 else ())]
    notes += search_style.strip_note(search.trials)
    style.note(figure, " ".join(notes))
    return figure


def _show(axes, search: Search, objective: Objective, size: Objective) -> None:
    """One objective against one size."""
    style.tidy(axes)
    axes.tick_params(labelsize=search_style.TEXT)
    scored = search.trained
    for status in (STOPPED_EARLY, COMPLETED):
        own = [trial for trial in scored if trial.status == status]
        search_style.status_marks(
            axes, [t.value(size.name) for t in own], [t.value(objective.name) for t in own], status
        )
    front = ranking.front(search.trials, (size, objective))
    axes.plot(
        [trial.value(size.name) for trial in front],
        [trial.value(objective.name) for trial in front],
        drawstyle="steps-post", zorder=1.9, **search_style.FRONT,
    )  # fmt: skip
    if len(search.objectives) > 1:
        for trial in ranking.front(search.trials, search.objectives):
            axes.plot(trial.value(size.name), trial.value(objective.name), "o", markersize=9.5,
                      markerfacecolor="none", color=style.BLACK, markeredgewidth=0.7)  # fmt: skip
    marked = [
        _mark(axes, search, published, objective, size)
        for published in search.description.published
    ]
    ys = [trial.value(objective.name) for trial in scored] + [y for _, y in marked if y]
    search_style.strip(axes, list(search.trials), lambda trial: trial.value(size.name))
    xs = [x for trial in search.trials if (x := trial.value(size.name))] + [
        x for x, _ in marked if x
    ]
    if objective.is_logarithmic(ys or [0]):
        scales.logarithmic(axes.yaxis, ys)
    if xs:
        scales.logarithmic(axes.xaxis, xs)


def _mark(
    axes, search: Search, published: PublishedArchitecture, objective: Objective, size: Objective
):
    """A star where the objective was measured, a line at the size where it wasn't."""
    x = getattr(published, size.name)
    confirmed = {row.architecture: row.validated for row in search.confirmed}
    y = confirmed.get(published.name, {}).get(objective.name)
    colour = _colour(search, published)
    if y:
        axes.plot(x, y, linestyle="", **search_style.PUBLISHED | {"color": colour})
    else:
        axes.axvline(x, linestyle=":", linewidth=1.3, color=colour)
    return x, y


def _colour(search: Search, published: PublishedArchitecture) -> str:
    """Black for the first published architecture, others by turns."""
    colours = (style.BLACK, style.SKY)
    return colours[search.description.published.index(published) % len(colours)]


def _handles(search: Search) -> list[Line2D]:
    """Fates, the front, and a star and a line for every published architecture."""
    handles = search_style.status_handles(search.trials)
    handles.append(Line2D([], [], **search_style.FRONT, label="front"))
    for published in search.description.published:
        handles.append(
            Line2D([], [], color=_colour(search, published), marker="*", markersize=9,
                   linestyle=":", label=f"{published.name}, published")
        )  # fmt: skip
    return handles
