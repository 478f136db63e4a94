"""What of a search can be refused before TensorFlow starts, and what makes two the same."""

import hashlib
import json
from typing import Any

import kerasae
from kerasae import files
from kerasae.config import ConfigError, RunConfig, RunError, require, shown
from kerasae.data import sources
from kerasae.run_dir import RunDir
from kerasae.runs import settings as run_settings
from kerasae.tuning import record, space_file
from kerasae.tuning import settings as search_settings
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig

# What may change between a search and its resumption: it decides how far the search goes and
# what is kept, not what is found. The space counts by its content, not by its file's name.
FREE = ("space", "max_trials", "keep_top", "max_failures")


def candidates_of(search: SearchConfig, config: RunConfig) -> Candidates:
    """The search's space, checked as far as it can be without the images.

    Raises:
        ConfigError: for a mistake in the file, or a run that can't be judged.
    """
    search_settings.check_run(config)
    data = config.data
    image_size = data.target_size or sources.image_size(data.dataset, data.data_dir)
    candidates = space_file.load(space_file.find(search.space), config, image_size)
    search_settings.check_space(search, candidates.space)
    return candidates


def settings(search: SearchConfig, candidates: Candidates) -> dict[str, Any]:
    """Everything that decides what a search finds, flat, ready for JSON."""
    run = run_settings.without_places(run_settings.to_json(candidates.base))
    found = {"kerasae": kerasae.__version__}
    found |= {f"--{flag}": value for flag, value in run_settings.by_flag(run).items()}
    for name, value in vars(search).items():
        if name not in FREE:
            found[f"--{name}"] = list(value) if isinstance(value, tuple) else value
    if search.tuner == "hyperband":
        # Its brackets are planned from them.
        found["--max_trials"] = search.trials
    found["order of the tables"] = [dimension.name for dimension in candidates.space.dimensions]
    for dimension in candidates.space.dimensions:
        described = dimension.describe()
        found[f"[{described.pop('name')}]"] = described
    return found


def fingerprint(content: dict[str, Any]) -> str:
    """A hash of settings: equal only where they are."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def check_search_dir(
    folder: SearchDir, current: dict[str, Any], max_trials: int | None, resume: bool
) -> None:
    """Refuses a directory that this search may not write.

    Args:
        folder: The directory.
        current: The search's settings, from `settings`.
        max_trials: How many candidates it may train; None for all there are.
        resume: Whether a search that is there already goes on.

    Raises:
        ConfigError: where it can't be written, holds a search already or a
            training run, or with `resume` holds a search of other settings or
            one that went further already.
    """
    RunDir(folder.path).create("--out")
    if RunDir(folder.path).holds_a_run:
        raise ConfigError(f"--out={folder.path} holds a training run; a search needs its own.")
    if not folder.holds_a_search:
        return
    if not resume:
        raise ConfigError(
            f"{folder.path} already holds a search. --resume goes on with it; another --out "
            "starts a new one."
        )
    require_going_on(folder, current, max_trials)


def require_going_on(folder: SearchDir, current: dict[str, Any], max_trials: int | None) -> None:
    """Raises ConfigError where the search in a directory is another one, or beyond `max_trials`.

    Asked again once the directory is locked: by then another process may have
    begun a search there.
    """
    if folder.description.exists():
        require_same(folder, current, stored_settings(folder))
    outcomes = record.read(folder.record)
    # A candidate is only proposed, even one to be rejected, where another one is wanted.
    least = record.counted(outcomes) + (bool(outcomes) and outcomes[-1].status == record.REJECTED)
    require(
        max_trials is None or least <= max_trials,
        f"--max_trials must be {least} or more: so many were asked for in {folder.path} already.",
        max_trials=max_trials,
    )


def require_same(folder: SearchDir, current: dict[str, Any], stored: dict[str, Any]) -> None:
    """Raises ConfigError that names every difference between stored settings and these."""
    nothing = "not there"
    differing = [
        f"{name} was {_words(stored.get(name, nothing))} and is now "
        f"{_words(current.get(name, nothing))}"
        for name in [*current, *(name for name in stored if name not in current)]
        if current.get(name, nothing) != stored.get(name, nothing)
    ]
    if differing:
        raise ConfigError(
            f"--resume goes on with the same search only; in {folder.path} {'; '.join(differing)}."
        )


def stored_settings(folder: SearchDir) -> dict[str, Any]:
    """The settings in `search.json`; RunError where it is not such a file."""
    content = files.read_json(folder.description)
    stored = content.get("settings") if isinstance(content, dict) else None
    if not isinstance(stored, dict):
        raise RunError(f"{folder.description} is damaged: it has no settings of a search.")
    return {name: value for name, value in stored.items() if name != "data"}


def _words(value: Any) -> str:
    """A setting for people; of a dimension only what it has."""
    if not isinstance(value, dict):
        return shown(value)
    return ", ".join(f"{key} {shown(v)}" for key, v in value.items() if v not in (None, False))
