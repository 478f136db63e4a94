"""Writes a search's page: one HTML file that needs nothing else."""

import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasae import files, registry
from kerasae.reporting import html
from kerasae.reporting import search_tables as tables
from kerasae.reporting.search_confirmation import MEASURED
from kerasae.runs import environment
from kerasae.runs.environment import Environment
from kerasae.tables import Table, number, with_spread
from kerasae.tuning.confirmation import Confirmed
from kerasae.tuning.objectives import SIZES
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import STATUSES
from kerasae.wording import command

# A section with its tables and pictures, in order; pictures that none of them names come last.
SECTIONS: tuple[tuple[str, tuple[Callable[[Search], Table], ...], tuple[str, ...]], ...] = (
    ("The leaders", (tables.leaderboard,), ("progress",)),
    ("Retrained and tested", (tables.confirmed,), ()),
    ("Error against size", (tables.pareto,), ("pareto",)),
    ("What mattered", (), ("parallel_coordinates", "importance", "slices")),
    ("What did not complete", (tables.unfinished,), ()),
    ("The space and the settings", (tables.space, tables.settings), ()),
)


def write(search: Search, left_out: dict[str, str]) -> Path:
    """Writes `report/index.html` from the files of a search, finished or not.

    Pictures are taken from `figures/` as they are. Everything that comes from
    data or files is escaped.

    Args:
        search: As it is on disk.
        left_out: Why a picture could not be drawn, by its name.

    Returns:
        The page's path.
    """
    named = {name for _, _, names in SECTIONS for name in names}
    others = tuple(n for n in registry.names(registry.SEARCH_PLOTS) if n not in named)
    sections = [
        _section(search, left_out, *section)
        for section in (*SECTIONS, ("More pictures", (), others))
    ]
    page = html.render(
        "search.html.j2",
        name=search.path.resolve().name,
        dataset=search.description.settings.get("--dataset", "images of one's own"),
        summary=_summary(search),
        search=search,
        overview=tables.overview(search),
        best=_best(search),
        sections=[section for section in sections if section["tables"] or section["figures"]
                  or section["left_out"]],
        again=shlex.join(map(str, search.description.command)),
        environment=_environment(search),
    )  # fmt: skip
    files.write_text(search.folder.page, page)
    return search.folder.page


def _section(search: Search, left_out: dict[str, str], title: str, makers, names) -> dict[str, Any]:
    """A section's tables with rows, its pictures, and why others aren't there."""
    made = [maker(search) for maker in makers]
    return {
        "title": title,
        "tables": [table for table in made if table.rows],
        "figures": [
            html.figure(search.figures, registry.SEARCH_PLOTS, name)
            for name in names
            if name not in left_out and (search.figures / f"{name}.png").exists()
        ],
        "left_out": {name: left_out[name] for name in names if name in left_out},
    }


def _best(search: Search) -> dict[str, Any] | None:
    """The best trial so far, its flags and the command that trains it; None before there is one."""
    leading = search.objectives[0]
    ranked, path = search.ranked, search.folder.best_flags
    if not ranked or not path.exists():
        return None
    return {
        "trial": ranked[0].trial_id,
        "score": number(ranked[0].value(leading.name)),
        "label": leading.label,
        "flags": files.read_text(path),
        "command": command("train", f"--flagfile={path}", "--run_dir=NEW"),
    }


def _summary(search: Search) -> list[str]:
    """How many trials there were, the best of them, and what was retrained."""
    leading, described = search.objectives[0], search.description
    ended = Counter(trial.status for trial in search.trials)
    fates = ", ".join(f"{ended[status]} {status.replace('_', ' ').lower()}" for status in STATUSES
                      if ended[status])  # fmt: skip
    sentences = [
        f"{search.counted} of at most {described.max_trials} trials have ended"
        + (f": {fates}." if fates else ".")
    ]
    if search.ranked:
        best = search.ranked[0]
        sizes = ", ".join(
            f"{size.label} {number(best.value(size.name))}" for size in SIZES.values()
        )
        sentences.append(
            f"Best: trial {best.trial_id}, {leading.label} {number(best.value(leading.name))}, "
            f"{sizes}; one seed{_counts(described.images)}. The best of many trials is chosen by "
            "this number, so it flatters it."
        )
    sentences += [_retrained(row) for row in search.confirmed]
    return sentences


def _retrained(row: Confirmed) -> str:
    """What a retrained architecture reached on the test images."""
    reached = [
        f"{MEASURED[name]} {with_spread(spread.mean, spread.std)}"
        for name, spread in row.measured.items()
    ]
    seeds = len(row.seeds)
    name = row.architecture[:1].upper() + row.architecture[1:]
    return (
        f"{name}, trained anew with {seeds} seed{'s' if seeds > 1 else ''}: {'; '.join(reached)}."
    )


def _counts(images: dict[str, Any]) -> str:
    """Numbers of images that the trials saw, where the search recorded them."""
    known = {
        part: images[name]
        for part, name in (("training", "train_images"), ("validation", "validation_images"))
        if isinstance(images.get(name), int)
    }
    return "".join(f", {count:,} {part} images" for part, count in known.items())


def _environment(search: Search) -> Environment | None:
    """Machine and versions that the search recorded; None where it didn't."""
    path = search.folder.environment
    return environment.read(path) if path.exists() else None
