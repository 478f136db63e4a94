"""The tables of a search's page."""

from collections import Counter
from typing import Any

from kerasae.config import shown
from kerasae.figures import search_files as files
from kerasae.figures.search_files import SIZES, Objective, Search, Trial
from kerasae.tables import Score, Table

BEST = 10  # rows of the leaderboard
MAX_REASONS = 40  # rows of trials that did not complete; trials.csv has all
MEASURED = {
    "test_mse_per_pixel": "test error (MSE per pixel)",
    "linear_accuracy": "linear readout, test accuracy",
    "ffn_accuracy": "feed-forward readout, test accuracy",
}


def overview(search: Search) -> Table:
    """What was searched, for what, by what."""
    plan = search.plan
    goals = [f"{'least' if each.sign > 0 else 'most'} {each.label}" for each in search.objectives]
    ended = Counter(trial.status for trial in search.trials)
    fates = [f"{ended[status]} {status}" for status in files.STATUSES if ended[status]]
    rows = (
        ("space", plan["space"]["name"]),
        ("candidates in it", _candidates(search)),
        ("tuner", plan["tuner"]),
        ("objective", "; ".join(goals)),
        ("trials", f"{search.counted} of at most {plan['max_trials']}"),
        ("of which", ", ".join(fates)),
        ("seed", str(plan["seed"])),
    )
    return Table("The search", ("", ""), rows)


def _candidates(search: Search) -> str:
    """The size of the space, where it has one."""
    plan = search.plan["space"]
    if plan["size"] is not None:
        return f"{'' if plan.get('size_is_exact', True) else 'at most '}{plan['size']:,}"
    endless = any(d.kind == "float" and d.values is None for d in search.dimensions)
    return "without end: a range is continuous" if endless else "too many to count"


def space(search: Search) -> Table:
    """A row a dimension."""
    rows = tuple((d.name, d.kind, d.told, d.told_when) for d in search.dimensions)
    return Table("The space", ("dimension", "kind", "values", "only where"), rows)


def settings(search: Search) -> Table:
    """Everything else that decides the search: data, constraints, what all trials share."""
    # What the search varies is told by the space.
    varied = {told for d in search.dimensions for told in (f"[{d.name}]", f"--{d.name}")}
    fixed = {name: v for name, v in search.plan["settings"].items() if name not in varied}
    return Table("Settings of the search", ("", ""), tuple(_flat(fixed)))


def leaderboard(search: Search) -> Table:
    """The best completed trials, by the leading objective."""
    return _ranking(
        f"The best {BEST} by {search.objectives[0].label}",
        search,
        search.ranked(search.objectives[0])[:BEST],
    )


def pareto(search: Search) -> Table:
    """The front over all objectives; of the error and the parameters where there is one."""
    columns = {objective.column: objective.sign for objective in search.objectives}
    against = "all objectives together"
    if len(columns) == 1:
        columns |= {"parameters": 1}
        against = f"{search.objectives[0].label} and parameters"
    title = f"Completed trials that no other one beats in {against}"
    return _ranking(title, search, search.front(columns))


def confirmed(search: Search) -> Table:
    """The retrained best beside the published architecture, mean ± standard deviation."""
    known = [name for name in MEASURED if any(_confirmed(row, name) for row in search.confirmed)]
    validated = [each for each in search.measured if not each.is_size]
    rows = tuple(
        (
            row["architecture"],
            row["seeds"],
            *(int(float(row[size])) if row[size] else None for size in SIZES),
            *(Score(row[each.column]) if row.get(each.column) else None for each in validated),
            *(_confirmed(row, name) for name in known),
        )
        for row in search.confirmed
    )
    columns = ("architecture", "seeds", *SIZES.values(),
               *(f"{each.label} in the search" for each in validated),
               *(MEASURED[name] for name in known))  # fmt: skip
    return Table("Retrained anew, mean ± standard deviation over the seeds", columns, rows)


def unfinished(search: Search) -> Table:
    """Rejected, failed and stopped trials with their reasons, the failed ones first."""
    order = (files.FAILED, files.REJECTED, files.STOPPED_EARLY)
    trials = sorted(
        (trial for trial in search.trials if trial.status in order),
        key=lambda trial: order.index(trial.status),
    )
    rows = tuple((trial.id, trial.status, trial.reason) for trial in trials[:MAX_REASONS])
    counts = Counter(trial.status for trial in trials)
    title = ", ".join(f"{counts[status]} {status}" for status in order if counts[status])
    if len(trials) > MAX_REASONS:
        title += f"; the first {MAX_REASONS}, trials.csv has all"
    return Table(title, ("trial", "status", "reason"), rows)


def _ranking(title: str, search: Search, trials: list[Trial]) -> Table:
    """Trials with objectives, sizes and settings; dimensions that none of them has are left out."""
    sizes = [size for size in SIZES if all(o.column != size for o in search.objectives)]
    used = [d.name for d in search.dimensions if any(t.cells[d.name] for t in trials)]
    rows = tuple(
        (
            trial.id,
            *(_score(trial, objective) for objective in search.objectives),
            *(_whole(trial.value(size)) for size in sizes),
            _whole(trial.value("epochs")),
            *(_setting(trial.cells[name]) for name in used),
        )
        for trial in trials
    )
    columns = ("trial", *(o.label for o in search.objectives), *(SIZES[s] for s in sizes),
               "epochs", *used)  # fmt: skip
    return Table(title, columns, rows)


def _score(trial: Trial, objective: Objective) -> Score | int | None:
    value = trial.value(objective.column)
    if objective.column in SIZES:
        return _whole(value)
    return None if value is None else Score(value)


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _setting(cell: str) -> Score | int | str:
    """A setting with its digits aligned where it is a number."""
    try:
        return int(cell) if cell.isdecimal() else Score(cell)
    except ValueError:
        return cell


def _confirmed(row: dict[str, str], name: str) -> str | None:
    mean, std = row.get(f"{name}_mean"), row.get(f"{name}_std")
    if not mean:
        return None
    # Non-breaking spaces: a mean and its spread stay on one line.
    return f"{float(mean):.4g}\u00a0±\u00a0{float(std):.2g}" if std else f"{float(mean):.4g}"


def _flat(values: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested settings as rows, named by their path."""
    rows = []
    for name, value in values.items():
        path = f"{before}{name}"
        rows += _flat(value, f"{path}.") if isinstance(value, dict) else [(path, shown(value))]
    return rows
