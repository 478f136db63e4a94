"""A folder of prepared TFDS datasets, looked into without TFDS and TensorFlow.

`NAME/VERSION/` or `NAME/CONFIGURATION/VERSION/`, each with `dataset_info.json`,
`features.json` and, for a class label, `<feature>.labels.txt`.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import RunError
from kerasae.data.dataset_name import DatasetName

INFO, FEATURES, CLASS_NAMES = "dataset_info.json", "features.json", "{feature}.labels.txt"
# What TFDS takes for a name; here a configuration begins with no dot, so that it is no way out.
NAME = re.compile(r"([\w-]+:)?[a-zA-Z]\w*(/[\w+-][\w+.-]*)?", re.ASCII)
MAX_NAME = 200
# Folders and files that are looked at in search of datasets: it may be a home folder, or a disk.
MAX_ENTRIES = 20_000
MAX_SHOWN = 50
DOWNLOADS = "downloads"  # TFDS's own folder beside the datasets; it may hold a million files.


def prepared(folder: Path) -> str:
    """Which datasets lie prepared in a folder, for messages; not all where it is vast."""
    left = iter(range(MAX_ENTRIES))
    names = sorted({
        version.parent.relative_to(folder).as_posix()
        for dataset in _folders(folder, left)
        if dataset.name != DOWNLOADS
        for version in _versions(dataset, left)
    })  # fmt: skip
    more = f" and {len(names) - MAX_SHOWN:,} more" if len(names) > MAX_SHOWN else ""
    return f"{', '.join(names[:MAX_SHOWN]) or 'nothing'}{more}"


def newest_features(folder: Path, name: DatasetName) -> list[Path]:
    """`features.json` of a dataset's newest version, in each of its configurations."""
    newest: dict[Path, Path] = {}
    for version in versions_of(folder, name):
        known = newest.setdefault(version.parent, version)
        newest[version.parent] = max(known, version, key=lambda found: _numbers(found.name))
    return [version / FEATURES for version in newest.values() if (version / FEATURES).exists()]


def image_sizes(features: Path) -> set[tuple[int, int]]:
    """`(height, width)` of every image in a `features.json`; 0 or less where it varies.

    Raises:
        RunError: where the file is damaged.
    """
    with _described(features) as described:
        images = [feature["image"] for feature in described.values() if "image" in feature]
        shapes = [image["shape"]["dimensions"] for image in images]
        return {(int(height), int(width)) for height, width, *_ in shapes}


def require_regular(folder: Path, name: DatasetName) -> None:
    """Refuses a dataset in whose folder lies a named pipe, for which TFDS would wait for ever.

    Raises:
        RunError: with the path.
    """
    for version in versions_of(folder, name):
        for path in sorted(version.iterdir()):
            if path.exists() and not path.is_dir():
                files.require_regular(path)


def damage(folder: Path, name: DatasetName) -> str | None:
    """What is wrong with the first damaged description of a dataset; None where nothing is."""
    for version in versions_of(folder, name):
        try:
            _require_object(version / INFO, files.read_json(version / INFO))
            require_class_names(version)
        except RunError as error:
            return str(error)
    return None


def require_class_names(version: Path) -> None:
    """Refuses names that aren't one for each class; TFDS itself would go on with numbers.

    Raises:
        RunError: with the file.
    """
    with _described(version / FEATURES) as described:
        for feature, content in described.items():
            path = version / CLASS_NAMES.format(feature=feature)
            if "classLabel" in content and (path.is_symlink() or path.exists()):
                names = {line.strip() for line in files.read_text(path).split("\n")} - {""}
                expected = int(content["classLabel"].get("numClasses", len(names)))
                if len(names) != expected:
                    raise RunError(
                        f"{path} is damaged: it has {len(names)} names for {expected} classes."
                    )


def versions_of(folder: Path, name: DatasetName) -> list[Path]:
    """Folders of a dataset's versions, of those that its name asks for."""
    wanted = re.escape(name.version or "*").replace(r"\*", r"[^/]*")
    found = _versions(folder / name.argument, iter(range(MAX_ENTRIES)))
    return sorted(path for path in found if re.fullmatch(wanted, path.name))


def _require_object(path: Path, content: Any) -> None:
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: it holds no JSON object.")


@contextlib.contextmanager
def _described(features: Path) -> Iterator[dict[str, Any]]:
    """The features in a `features.json`; a block that finds them of another shape is a RunError."""
    content = files.read_json(features)
    _require_object(features, content)
    try:
        yield content.get("featuresDict", {}).get("features", {})
    except (AttributeError, KeyError, TypeError, ValueError):
        raise RunError(f"{features} is damaged: it describes no features.") from None


def _versions(dataset: Path, left: Iterator[int]) -> Iterator[Path]:
    """Folders of the versions of a dataset, in each of its configurations."""
    for child in _folders(dataset, left):
        inner = [child] if _is_version(child) else _folders(child, left)
        yield from (path for path in inner if _is_version(path))


def _is_version(folder: Path) -> bool:
    return any(os.access(folder / file, os.F_OK) for file in (INFO, FEATURES))


def _folders(parent: Path, left: Iterator[int]) -> list[Path]:
    """Folders in a folder, of as many entries as may still be looked at."""
    try:
        with os.scandir(parent) as entries:
            looked_at = zip(entries, left, strict=False)
            return [Path(entry.path) for entry, _ in looked_at if entry.is_dir()]
    except OSError:  # None that may be looked into.
        return []


def _numbers(version: str) -> tuple[int, ...]:
    """A version's numbers: 10.0.0 is newer than 3.0.1."""
    return tuple(int(part) if part.isdecimal() else -1 for part in version.split("."))
