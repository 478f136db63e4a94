"""The training benchmark as a picture."""

from pathlib import Path
from typing import Any

from benchmarks.recording import RESULTS
from benchmarks.training import NAME, OWN
from kerasae.files import atomic_path

TITLES = {
    "ones_and_eights": "ones_and_eights\n(tied convolutions, 36x36)",
    "cognition": "cognition\n(pooled, dense, 28x28)",
}
NAMES = {"keras": "plain Keras", "pytorch": "PyTorch"}


def draw(rows: list[dict[str, Any]], facts: dict[str, Any], folder: Path = RESULTS) -> None:
    """Draws `training.png`: a panel an experiment, a bar a contender, a line for its range.

    Args:
        rows: As from `training.measure`.
        facts: As from `training.measure`.
        folder: Where to.
    """
    from kerasae.figures import style

    figure = style.figure(7.0, 2.9)
    panels = figure.subplots(1, len(TITLES))
    for axes, (experiment, title) in zip(panels, TITLES.items(), strict=True):
        own = [row for row in rows if row["experiment"] == experiment]
        _panel(style, axes, own)
        axes.set_title(title, fontsize=9)
    threads = facts["environment"]["threads"]
    figure.supxlabel(
        f"training images a second, {threads} threads (in brackets: kerasae's speed against it)",
        fontsize=9,
    )
    with atomic_path(folder / f"{NAME}.png") as new:
        figure.savefig(new)


def _panel(style, axes, rows: list[dict[str, Any]]) -> None:
    """One experiment's bars, kerasae's on top."""
    places = range(len(rows))
    speeds = [row["images_per_second"] for row in rows]
    ranges = [
        [row["images_per_second"] - row["lowest"] for row in rows],
        [row["highest"] - row["images_per_second"] for row in rows],
    ]
    colours = [style.BLUE if row["contender"].startswith(OWN) else style.ORANGE for row in rows]
    axes.barh(places, speeds, color=colours, height=0.65)
    axes.errorbar(
        speeds, places, xerr=ranges, fmt="none", ecolor=style.BLACK, elinewidth=1, capsize=2
    )
    for place, row in zip(places, rows, strict=True):
        text = f"{row['images_per_second']:,.0f}"
        if row["contender"] != OWN:
            text += f"  ({row['kerasae_is_faster_by']:.2f}×)"
        axes.annotate(
            text, (row["highest"], place), (4, 0), textcoords="offset points", va="center",
            fontsize=style.SMALL + 1,
        )  # fmt: skip
    names = [NAMES.get(row["contender"], row["contender"]) for row in rows]
    axes.set_yticks(places, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.45 * max(row["highest"] for row in rows))
    axes.tick_params(axis="x", labelsize=style.SMALL)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    style.tidy(axes)
    axes.grid(False, axis="y")
