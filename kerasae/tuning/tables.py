"""What a search shows of its trials: table, leaderboard, flagfiles."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kerasae import csv_files, files, run_flags
from kerasae.run_config import RunConfig
from kerasae.tables import markdown
from kerasae.tuning import ranking
from kerasae.tuning.dimension import Values
from kerasae.tuning.objectives import SIZES, VAL_MSE
from kerasae.tuning.open_search import Search
from kerasae.tuning.record import Trial

SHOWN_TRIALS = 20


def write(search: Search, config_of: Callable[[Values], RunConfig]) -> None:
    """Writes every table and flagfile anew, each whole or not at all.

    Args:
        search: As it is on disk.
        config_of: From a candidate's values to its run.
    """
    folder, best = search.folder, search.ranked
    csv_files.write(folder.table, columns(search), rows(search.trials))
    files.write_text(folder.leaderboard, leaderboard(search))

    def flags(trial: Trial) -> str:
        return flagfile(config_of(trial.values), trial, _names(search))

    if best:
        files.write_text(folder.best_flags, flags(best[0]))
    if len(search.objectives) > 1:
        _write_front(folder.pareto, ranking.front(search.trials, search.objectives), flags)


def columns(search: Search) -> list[str]:
    """The columns of `trials.csv`, each once."""
    wanted = ["trial_id", *search.description.space.names, *_names(search), VAL_MSE, "epochs",
              *SIZES, "seconds", "status"]  # fmt: skip
    return [*dict.fromkeys(wanted), "reason"]


def rows(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    """A row a candidate, with its last trial."""
    return [
        {
            "trial_id": trial.trial_id,
            **{name: _cell(value) for name, value in trial.values.items()},
            **trial.numbers,
            "epochs": trial.epochs,
            "seconds": trial.seconds,
            "status": trial.status,
            "reason": trial.reason,
        }
        for trial in trials
    ]


def leaderboard(search: Search) -> str:
    """Markdown of the best completed trials."""
    best = search.ranked[:SHOWN_TRIALS]
    if not best:
        return "No trial is completed yet.\n"
    shown = [*dict.fromkeys([*_names(search), VAL_MSE, *SIZES])]
    names = search.description.space.names
    lines = []
    for place, trial in enumerate(best, start=1):
        numbers = [_number(trial.numbers[name]) for name in shown]
        values = [_shown(trial.values.get(name)) for name in names]
        lines.append([str(place), trial.trial_id, *numbers, str(trial.epochs), *values])
    return markdown(["", "trial", *shown, "epochs", *names], lines)


def flagfile(config: RunConfig, trial: Trial, names: Sequence[str]) -> str:
    """A flagfile that trains a trial's candidate as the trial did.

    Args:
        config: The trial's run.
        trial: The trial.
        names: Names of the objectives.
    """
    measured = ", ".join(f"{name} {_number(trial.numbers[name])}" for name in names)
    return (
        f"# Trial {trial.trial_id} of a search: {measured}.\n"
        "# The images held out for the search stay held out here, so that the trial is repeated;\n"
        "# --validation_fraction=0 after this file trains on all of them.\n"
        f"{run_flags.flagfile(config)}"
    )


def _names(search: Search) -> list[str]:
    return [objective.name for objective in search.objectives]


def _write_front(folder: Path, front: list[Trial], flags: Callable[[Trial], str]) -> None:
    """A flagfile for each trial on the front; those of others are removed."""
    for path in folder.glob("*.flags"):
        if path.stem not in {trial.trial_id for trial in front}:
            path.unlink()
    for trial in front:
        files.write_text(folder / f"{trial.trial_id}.flags", flags(trial))


def _cell(value: Any) -> Any:
    """Booleans as they are in flags and in JSON."""
    return json.dumps(value) if isinstance(value, bool) else value


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6f}"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(_cell(value))
