"""What a search shows of its trials: table, leaderboard, flagfiles."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasae import files, run_flags
from kerasae.config import RunConfig
from kerasae.tables import markdown
from kerasae.tuning import ranking, record
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.objectives import SIZES, VAL_MSE
from kerasae.tuning.record import Outcome
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.space import Space

SHOWN_TRIALS = 20


def write(
    folder: SearchDir, candidates: Candidates, names: tuple[str, ...], outcomes: list[Outcome]
) -> None:
    """Writes every table and flagfile anew, each whole or not at all.

    Args:
        folder: Where to.
        candidates: What the values mean.
        names: Of the objectives.
        outcomes: All so far.
    """
    found = columns(candidates.space, names)
    files.write_csv(folder.table, found, rows(outcomes))
    best = ranking.ranked(outcomes, names)
    files.write_text(folder.leaderboard, leaderboard(candidates.space, names, best))

    def flags(outcome: Outcome) -> str:
        return flagfile(candidates.config(outcome.values), outcome, names)

    if best:
        files.write_text(folder.best_flags, flags(best[0]))
    if len(names) > 1:
        _write_front(folder.pareto, ranking.front(outcomes, names), flags)


def columns(space: Space, names: tuple[str, ...]) -> list[str]:
    """The columns of `trials.csv`, each once."""
    wanted = ["trial_id", *space.names, *names, VAL_MSE, "epochs", *SIZES, "seconds", "status"]
    return [*dict.fromkeys(wanted), "reason"]


def rows(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """A row a candidate, with its last outcome."""
    return [
        {
            "trial_id": outcome.trial_id,
            **{name: _cell(value) for name, value in outcome.values.items()},
            **outcome.numbers,
            "epochs": outcome.epochs,
            "seconds": outcome.seconds,
            "status": outcome.status,
            "reason": outcome.reason,
        }
        for outcome in record.latest(outcomes)
    ]


def leaderboard(space: Space, names: tuple[str, ...], best: list[Outcome]) -> str:
    """Markdown of the best completed trials."""
    if not best:
        return "No trial is completed yet.\n"
    shown = [*dict.fromkeys([*names, VAL_MSE, *SIZES])]
    lines = []
    for place, outcome in enumerate(best[:SHOWN_TRIALS], start=1):
        numbers = [_number(outcome.numbers[name]) for name in shown]
        values = [_shown(outcome.values.get(name)) for name in space.names]
        lines.append([str(place), outcome.trial_id, *numbers, str(outcome.epochs), *values])
    return markdown(["", "trial", *shown, "epochs", *space.names], lines)


def flagfile(config: RunConfig, outcome: Outcome, names: tuple[str, ...]) -> str:
    """A flagfile that trains a trial's candidate as the trial did."""
    measured = ", ".join(f"{name} {_number(outcome.numbers[name])}" for name in names)
    return (
        f"# Trial {outcome.trial_id} of a search: {measured}.\n"
        "# The images held out for the search stay held out here, so that the trial is repeated;\n"
        "# --validation_fraction=0 after this file trains on all of them.\n"
        f"{run_flags.flagfile(config)}"
    )


def _write_front(folder: Path, front: list[Outcome], flags: Callable[[Outcome], str]) -> None:
    """A flagfile for each trial on the front; those of others are removed."""
    for path in folder.glob("*.flags"):
        if path.stem not in {outcome.trial_id for outcome in front}:
            path.unlink()
    for outcome in front:
        files.write_text(folder / f"{outcome.trial_id}.flags", flags(outcome))


def _cell(value: Any) -> Any:
    """Booleans as they are in flags and in JSON."""
    return json.dumps(value) if isinstance(value, bool) else value


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6f}"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(_cell(value))
