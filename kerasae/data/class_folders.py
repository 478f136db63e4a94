"""Pictures in folders: a folder for each class, with or without `train` and `test` above.

Names that begin with a dot, and files with endings of other things, are left out.
"""

import collections
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kerasae import wording
from kerasae.config import ConfigError, RunError, require
from kerasae.data.picture_files import FileNames, PictureFiles
from kerasae.data.pictures import SUFFIXES
from kerasae.data.spec import UNLABELLED

TRAIN = "train"
# Folders of a test part beside `train`; the first that is there counts.
TESTS = ("test", "validation", "valid", "val")
_LEFT_OUT = ("__macosx",)
MAX_SHOWN = 5


def find(folder: Path, dataset: str) -> PictureFiles:
    """Every picture below a folder, sorted by path within its part.

    Args:
        folder: Of class folders, of `train` and `test` with class folders or pictures in them,
            or of pictures, which have no labels then.
        dataset: Its name, for messages.

    Raises:
        ConfigError: where it is no such folder.
        RunError: where it can't be read.
    """
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "isn't there"
        raise ConfigError(f"--dataset={wording.one_line(dataset)}: the folder {what}.")
    try:
        return _found(folder, wording.one_line(dataset))
    except OSError as error:
        raise RunError(f"--dataset={wording.one_line(dataset)} can't be read: {error}.") from None


def _found(folder: Path, dataset: str) -> PictureFiles:
    others: collections.Counter[str] = collections.Counter()
    parts, beside = _parts(folder)
    found = {part: _by_class(folder, below, dataset, others) for part, below in parts.items()}
    counts = {part: sum(map(len, by_class.values())) for part, by_class in found.items()}
    for part, count in counts.items():
        if not count:
            raise ConfigError(_nothing(dataset, parts[part], others))
    flat = {part: None in by_class for part, by_class in found.items()}
    require(
        len(set(flat.values())) == 1,
        f"--dataset={dataset}: one of its parts has a folder for each class and one has not.",
        class_folders=", ".join(part or "." for part, is_flat in flat.items() if not is_flat),
    )
    names = sorted({name for by_class in found.values() for name in by_class if name is not None})
    numbers = {name: number for number, name in enumerate(names)} | {None: UNLABELLED}
    labels = [
        np.full(len(paths), numbers[name])
        for by_class in found.values()
        for name, paths in by_class.items()
    ]
    ends = np.cumsum(list(counts.values())).tolist()
    return PictureFiles(
        folder=folder,
        names=FileNames(
            path for by_class in found.values() for p in by_class.values() for path in p
        ),
        labels=np.concatenate(labels).astype(np.int64),
        classes=tuple(map(_text, names)) or None,
        parts=dict(zip(found, ends, strict=True)),
        splits={part: parts[part] for part in found} if len(found) > 1 else {},
        notes=tuple(_notes(parts, beside, others)),
    )


def _parts(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Folders of `train` and `test` relative to the dataset's, itself where it has no such.

    With the names of folders beside them.
    """
    inside = {entry.name for entry in os.scandir(folder) if entry.is_dir()}
    if TRAIN not in inside:
        return {TRAIN: ""}, []
    test = next((name for name in TESTS if name in inside), None)
    beside = sorted(name for name in inside - {TRAIN, test} if _is_visible(name))
    return {TRAIN: TRAIN} | ({"test": test} if test else {}), beside


def _by_class(
    folder: Path, below: str, dataset: str, others: collections.Counter[str]
) -> dict[str | None, list[str]]:
    """Paths of a part's pictures by class, sorted; the class is None in a flat folder."""
    top = folder / below
    entries = sorted(os.scandir(top), key=lambda entry: os.fsencode(entry.name))
    inside = [entry.name for entry in entries if entry.is_dir() and _is_visible(entry.name)]
    pictures = [
        os.path.join(below, entry.name)  # noqa: PTH118 (a million of them)
        for entry in entries
        if entry.is_file() and _is_picture(entry.name, others)
    ]
    classes = {}
    for name in inside:
        paths = list(_pictures(folder, os.path.join(below, name), others, ()))  # noqa: PTH118
        if paths:
            classes[name] = sorted(paths, key=os.fsencode)
    require(
        not (classes and pictures),
        f"--dataset={dataset} must hold pictures or a folder for each class, and "
        f"{wording.one_line(str(top))} has both.",
        pictures=wording.one_line(_shown(sorted(pictures))),
        folders=wording.one_line(_shown(sorted(classes))),
    )
    return classes or ({None: pictures} if pictures else {})


def _pictures(
    folder: Path, below: str, others: collections.Counter[str], above: tuple[tuple[int, int], ...]
) -> Iterator[str]:
    """Paths of the pictures in a folder and all below, links followed."""
    facts = (folder / below).stat()
    if (facts.st_dev, facts.st_ino) in above:
        raise ConfigError(
            f"{wording.one_line(str(folder / below))} is a link to a folder that it lies in: "
            "its pictures would be counted without end."
        )
    above = (*above, (facts.st_dev, facts.st_ino))
    for entry in os.scandir(folder / below):
        path = os.path.join(below, entry.name)  # noqa: PTH118
        if not _is_visible(entry.name):
            continue
        if entry.is_dir():
            yield from _pictures(folder, path, others, above)
        elif _is_picture(entry.name, others):
            yield path


def _is_visible(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _LEFT_OUT


def _is_picture(name: str, others: collections.Counter[str]) -> bool:
    """Whether a file is one by its ending; counts the endings of the others."""
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122
    if ending in SUFFIXES and _is_visible(name):
        return True
    if _is_visible(name):
        others[ending or "none"] += 1
    return False


def _notes(
    parts: dict[str, str], beside: list[str], others: collections.Counter[str]
) -> Iterator[str]:
    """What was left out."""
    if beside:
        names = wording.one_line(_shown(beside))
        yield f"left out are folders beside {' and '.join(parts.values())}: {names}."
    if others:
        yield (
            f"left out are files that are no pictures by their ending: {_endings(others)} "
            f"({others.total():,} in all)."
        )


def _nothing(dataset: str, part: str, others: collections.Counter[str]) -> str:
    """What to say of a part without a picture."""
    where = f" in its folder {part}" if part else ""
    there = f" Received: files with the endings {_endings(others)}." if others else ""
    return (
        f"--dataset={dataset} holds no picture{where}: files that end in {', '.join(SUFFIXES)}, "
        f"in a folder for each class or in one folder.{there}"
    )


def _endings(others: collections.Counter[str]) -> str:
    shown = ", ".join(f"{ending}: {count:,}" for ending, count in others.most_common(MAX_SHOWN))
    return wording.one_line(shown)


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - MAX_SHOWN:,} more" if len(names) > MAX_SHOWN else ""
    return ", ".join(map(_text, names[:MAX_SHOWN])) + more


def _text(name: str) -> str:
    """A name as text that can be written in UTF-8."""
    return name.encode(errors="backslashreplace").decode()
