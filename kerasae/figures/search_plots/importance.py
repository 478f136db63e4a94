"""Which dimensions the objective depends on, by a random forest, with spread."""

from matplotlib.figure import Figure

from kerasae.figures import search_style, style
from kerasae.tuning import importance_table
from kerasae.tuning.importance_table import Share
from kerasae.tuning.open_search import Search
from kerasae.tuning.search_dir import DESCRIPTION, IMPORTANCE

NEEDS = (DESCRIPTION, IMPORTANCE)
NOTE = (
    "Share of the objective's variance that goes through a dimension, by itself and together with "
    "others: how much worse a random forest predicts held-out completed trials when the "
    "dimension's values are shuffled. Bars: mean; lines: standard deviation over the splits into "
    "fitted and held-out trials. Errors are taken by their logarithm. Where the forest explains "
    "little of the variance, the shares say little."
)


def draw(search: Search) -> Figure:
    """Draws `importance.csv`: a panel for each objective, the largest share on top."""
    rows = importance_table.read(search.folder.importance)
    titles = {objective.name: objective.label for objective in search.objectives}
    by_objective = {
        column: sorted(
            (row for row in rows if row.objective == column),
            key=lambda row: -row.importance,
        )
        for column in dict.fromkeys(row.objective for row in rows)
    }
    longest = max(len(shares) for shares in by_objective.values())
    figure = style.figure(7.2, (0.75 + 0.24 * longest) * len(by_objective) + 0.6)
    panels = figure.subplots(len(by_objective), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (column, shares) in zip(panels, by_objective.items(), strict=True):
        _show(axes, shares, titles.get(column, column))
    panels[-1].set_xlabel("share of the variance", fontsize=search_style.TEXT)
    style.note(figure, NOTE)
    return figure


def _show(axes, shares: list[Share], label: str) -> None:
    """One objective."""
    style.tidy(axes)
    axes.barh(
        range(len(shares)),
        [row.importance for row in shares],
        xerr=[row.importance_std for row in shares],
        color=style.SKY, ecolor=style.BLACK, capsize=2, error_kw={"linewidth": 1}, height=0.7,
    )  # fmt: skip
    axes.set_yticks(range(len(shares)), [search_style.named(row.dimension) for row in shares])
    axes.axvline(0, color="0.35", linewidth=0.9)
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    axes.tick_params(labelsize=search_style.TEXT)
    trials, explained = shares[0].trials, shares[0].held_out_r2
    axes.set_title(
        f"{label}: {trials} completed trials,\n"
        f"the forest explains {max(explained, 0):.0%} of the variance of held-out ones",
        fontsize=search_style.TITLE, loc="left",
    )  # fmt: skip
