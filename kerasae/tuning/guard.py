"""What a search's directory must hold, or must not, before a search writes it.

Without TensorFlow, so that a mistake is refused at once. The search asks again
once it holds the lock: another process may have been there in between.
"""

import os
from typing import Any

from kerasae.config import ConfigError, require
from kerasae.data.dataset_name import without_path
from kerasae.data.spec import DatasetSpec
from kerasae.run_dir import RunDir
from kerasae.tuning import description, record
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.search_dir import SearchDir
from kerasae.wording import shown

# By what settings, and facts about images, call the dataset's name.
DATASET_NAMES = ("--dataset", "version")


def require_searchable(plan: SearchPlan, resume: bool) -> None:
    """Refuses a directory that a search may not write.

    Args:
        plan: The search; its directory is made where it isn't there.
        resume: Whether a search that is there already goes on.

    Raises:
        ConfigError: where it can't be written, holds a training run or a search,
            or with `resume` a search of other settings or one that went further.
        RunError: for damaged files of a search.
    """
    folder = plan.folder
    run = RunDir(folder.path)
    run.create("--out")
    if run.holds_a_run:
        raise ConfigError(f"--out={folder.path} holds a training run; a search needs its own.")
    if not folder.holds_a_search:
        require(
            not os.path.lexists(folder.trials),
            "--out holds trials of a search whose search.json is gone; a new one needs another.",
            out=folder.path,
        )
        return
    if not resume:
        raise ConfigError(
            f"{folder.path} already holds a search. --resume goes on with it; another --out "
            "starts a new one."
        )
    require_resumable(plan)


def require_resumable(plan: SearchPlan) -> None:
    """Refuses to go on with a search of other settings, or one beyond `max_trials`.

    Raises:
        ConfigError: with every difference, or with the least `max_trials`.
        RunError: for damaged files.
    """
    folder, wanted = plan.folder, plan.search.trials
    if folder.description.exists():
        require_same(folder, plan.settings(), description.read(folder.description).settings)
    least = record.asked_for(record.read(folder.record))
    require(
        wanted is None or least <= wanted,
        f"--max_trials must be {least} or more: so many were asked for in {folder.path} already.",
        max_trials=wanted,
    )


def known_by(images: DatasetSpec) -> dict[str, Any]:
    """Facts by which a search's description knows its images."""
    return {"version": images.name, "content": images.content}


def require_same_images(folder: SearchDir, found: DatasetSpec, stored: dict[str, Any]) -> None:
    """Raises ConfigError where there are other images than a search's description knows."""
    current = known_by(found)
    require_same(folder, current, {name: stored.get(name) for name in current})


def require_same(folder: SearchDir, current: dict[str, Any], stored: dict[str, Any]) -> None:
    """Raises ConfigError that names every difference between what was stored and this.

    Of a dataset in a file or folder the path makes none: the images count.
    """
    current, stored = map(_without_path, (current, stored))
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


def _without_path(facts: dict[str, Any]) -> dict[str, Any]:
    """Settings or facts about images, of a dataset in a file or folder with its kind alone."""
    return {
        name: without_path(value) if name in DATASET_NAMES and isinstance(value, str) else value
        for name, value in facts.items()
    }


def _words(value: Any) -> str:
    """A setting for people; of a dimension only what it has."""
    if not isinstance(value, dict):
        return shown(value)
    return ", ".join(f"{key} {shown(v)}" for key, v in value.items() if v not in (None, False))
