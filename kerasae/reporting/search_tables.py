"""The tables of a search's page."""

from collections import Counter
from typing import Any

from kerasae.reporting.search_confirmation import MEASURED
from kerasae.tables import Table, with_spread
from kerasae.tuning import ranking
from kerasae.tuning.confirmation import Spread
from kerasae.tuning.objectives import SIZES
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import FAILED, REJECTED, STATUSES, STOPPED_EARLY, Trial
from kerasae.wording import shown

BEST = 10  # rows of the leaderboard
MAX_REASONS = 40  # rows of trials that did not complete; trials.csv has all


def overview(search: Search) -> Table:
    """Space, tuner, objectives and number of trials."""
    described = search.description
    goals = [f"{'least' if each.sign > 0 else 'most'} {each.label}" for each in search.objectives]
    ended = Counter(trial.status for trial in search.trials)
    fates = [f"{ended[status]} {status}" for status in STATUSES if ended[status]]
    rows = (
        ("space", described.space.name),
        ("candidates in it", _candidates(search)),
        ("tuner", described.tuner),
        ("objective", "; ".join(goals)),
        ("trials", f"{search.counted} of at most {described.max_trials}"),
        ("of which", ", ".join(fates)),
        ("seed", str(described.seed)),
    )
    return Table("The search", ("", ""), rows, by_row=True)


def _candidates(search: Search) -> str:
    """The size of the space, where it has one."""
    described = search.description
    if described.size is None:
        return "without end: a range is continuous"
    return f"{'' if described.size_is_exact else 'at most '}{described.size:,}"


def space(search: Search) -> Table:
    """A row a dimension."""
    rows = tuple((d.name, d.kind, d.words, d.when_words) for d in search.dimensions)
    return Table("The space", ("dimension", "kind", "values", "only where"), rows)


def settings(search: Search) -> Table:
    """Everything else that decides the search: data, constraints, what all trials share."""
    # What the search varies is in the table of the space.
    varied = {name for d in search.dimensions for name in (f"[{d.name}]", f"--{d.name}")}
    stored = search.description.settings
    fixed = {name: value for name, value in stored.items() if name not in varied}
    fixed["images"] = search.description.images
    return Table("Settings of the search", ("", ""), tuple(_flat(fixed)))


def leaderboard(search: Search) -> Table:
    """The best completed trials, in the order of `leaderboard.md`."""
    order = ranking.order_in_words(search.objectives)
    return _ranking(f"The best {BEST}, {order}", search, search.ranked[:BEST])


def pareto(search: Search) -> Table:
    """The front over all objectives; of the error and the parameters where there is one."""
    objectives, against = search.objectives, "all objectives together"
    if len(objectives) == 1:
        against = f"{objectives[0].label} and parameters"
        objectives = (*objectives, SIZES["parameters"])
    title = f"Completed trials that no other one beats in {against}"
    return _ranking(title, search, ranking.front(search.trials, objectives))


def confirmed(search: Search) -> Table:
    """The retrained best beside the published architecture, mean ± standard deviation."""
    known = [name for name in MEASURED if any(name in row.measured for row in search.confirmed)]
    validated = search.measured
    rows = tuple(
        (
            row.architecture,
            shown(row.seeds),
            *(row.sizes[size] for size in SIZES),
            *(row.validated.get(each.name) for each in validated),
            *(_spread(row.measured.get(name)) for name in known),
        )
        for row in search.confirmed
    )
    columns = ("architecture", "seeds", *(size.label for size in SIZES.values()),
               *(f"{each.label} in the search" for each in validated),
               *(MEASURED[name] for name in known))  # fmt: skip
    return Table("Retrained anew, mean ± standard deviation over the seeds", columns, rows)


def unfinished(search: Search) -> Table:
    """Rejected, failed and stopped trials with their reasons, the failed ones first."""
    order = (FAILED, REJECTED, STOPPED_EARLY)
    trials = sorted(
        (trial for trial in search.trials if trial.status in order),
        key=lambda trial: order.index(trial.status),
    )
    rows = tuple((trial.trial_id, trial.status, trial.reason) for trial in trials[:MAX_REASONS])
    counts = Counter(trial.status for trial in trials)
    title = ", ".join(f"{counts[status]} {status}" for status in order if counts[status])
    if len(trials) > MAX_REASONS:
        title += f"; the first {MAX_REASONS}, trials.csv has all"
    return Table(title, ("trial", "status", "reason"), rows)


def _ranking(title: str, search: Search, trials: list[Trial]) -> Table:
    """Trials with objectives, sizes and settings; dimensions that none of them has are left out."""
    sizes = [size for size in SIZES.values() if size not in search.objectives]
    groups: dict[str, list[str]] = {}
    for dimension in search.dimensions:
        if any(dimension.name in trial.values for trial in trials):
            groups.setdefault(dimension.name.partition("[")[0], []).append(dimension.name)
    cells = {
        group: [_setting([trial.values.get(name) for name in names]) for trial in trials]
        for group, names in groups.items()
    }
    # What all of them share is said once, below, and leaves room for what sets them apart.
    varied = [g for g, column in cells.items() if len(trials) == 1 or len({*column}) > 1]
    rows = tuple(
        (
            trial.trial_id,
            *(trial.value(objective.name) for objective in search.objectives),
            *(cells[group][number] for group in varied),
            *(trial.value(size.name) for size in sizes),
            trial.epochs,
        )
        for number, trial in enumerate(trials)
    )
    columns = ("trial", *(o.label for o in search.objectives), *map(_without_part, varied),
               *(size.label for size in sizes), "epochs")  # fmt: skip
    same = [f"{group}={shown(column[0])}" for group, column in cells.items() if group not in varied]
    note = f"All of them have {', '.join(same)}." if same else ""
    return Table(title, columns, rows, note=note)


def _without_part(name: str) -> str:
    """A dimension's name without the plug-in that it belongs to: it heads a narrow column."""
    return name.partition(".")[2] or name


def _setting(values: list[Any]) -> float | int | str | None:
    """A setting, as a number where it is one; of a list, those that the trial uses."""
    used = [value for value in values if value is not None]
    if len(values) == 1:
        return shown(used[0]) if used and isinstance(used[0], bool) else values[0]
    return ", ".join(map(shown, used)) or None


def _spread(spread: Spread | None) -> str | None:
    # Non-breaking spaces: a mean and its spread stay on one line.
    return spread and with_spread(spread.mean, spread.std).replace(" ", "\u00a0")


def _flat(values: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows, named by their path."""
    rows = []
    for name, value in values.items():
        path = f"{before}{name}"
        rows += _flat(value, f"{path}.") if isinstance(value, dict) else [(path, shown(value))]
    return rows
