"""`manifest.json`: the facts about a version, and the hash of every file of it."""

import dataclasses
import hashlib
import re
import stat
from pathlib import Path
from typing import Any

from kerasae import files, records
from kerasae.config import ConfigError, RunError
from kerasae.exporting.bundle import MANIFEST, SUMS
from kerasae.exporting.call import Call, CheckedCall
from kerasae.exporting.contents import FORMAT, KNOWN_FORMATS

# Fields of a call that have another name in the manifest.
STORED_AS = {"output": "answer"}
_HEAD = re.compile(r"\w+")


@dataclasses.dataclass(frozen=True)
class File:
    """Size and SHA-256 of a file."""

    bytes: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Effect:
    """A number with an 8-bit file, beside the same one with the model in float32."""

    what: str
    model: float
    quantised: float
    allowed: float


@dataclasses.dataclass(frozen=True)
class Function:
    """An exported function: the fields of its `Call`, and the result of its check."""

    target: str
    path: str
    function: str
    given: str
    expected: str
    answer: str
    tolerance: float | None
    count: int
    difference: float | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def call(self) -> Call:
        """The call that it stands for."""
        fields = {field.name for field in dataclasses.fields(Call)}
        return Call(**{name: getattr(self, STORED_AS.get(name, name)) for name in fields})


@dataclasses.dataclass(frozen=True)
class TrainingData:
    """Name of the dataset that the encoder was trained on."""

    dataset: str


@dataclasses.dataclass(frozen=True)
class Settings:
    """Settings of the run."""

    data: TrainingData


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What is read of a manifest; it holds more, for people."""

    format: int
    version: int
    settings: Settings
    heads: dict[str, dict[str, Any]]
    functions: tuple[Function, ...]
    files: dict[str, File]


def functions(checked: list[CheckedCall]) -> list[dict[str, Any]]:
    """Every exported function with the results of its check, ready for JSON."""
    return [
        {STORED_AS.get(name, name): value for name, value in vars(item.call).items()} | item.found
        for item in checked
    ]


def seal(folder: Path, content: dict[str, Any]) -> None:
    """Writes the manifest with size and hash of all other files, then `SHA256SUMS`.

    The sums also hold the manifest's own; `sha256sum -c SHA256SUMS` checks them.
    """
    listed = _measured(folder)
    sealed = {"format": FORMAT, **content, "files": records.to_json(listed)}
    files.write_json(folder / MANIFEST, sealed)
    (folder / SUMS).write_text(_sums(folder, listed), encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a version folder.

    Raises:
        ConfigError: where there is none.
        RunError: where it is damaged.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise ConfigError(
            f"{folder} is no version folder of kerasae.export, or half of one: {MANIFEST} is "
            "missing."
        )
    content = files.read_json(path)
    if isinstance(content, dict) and content.get("format", FORMAT) not in KNOWN_FORMATS:
        raise RunError(
            f"{path} is of format {content['format']}; this kerasae reads formats "
            f"{', '.join(map(str, KNOWN_FORMATS))}."
        )
    return records.convert(content, Manifest, path)


def require_head_names(folder: Path, content: Manifest) -> None:
    """Raises RunError for a head with a name that is none: it is part of paths."""
    strange = [name for name in content.heads if not _HEAD.fullmatch(name)]
    if strange:
        raise RunError(f"{folder / MANIFEST} is damaged: {strange[0]!r} is no head's name.")


def changes(folder: Path, content: Manifest) -> list[str]:
    """Every file that isn't as the manifest lists it, with what is wrong."""
    irregular = _irregular(folder)
    if irregular:
        return [f"{name} is no regular file" for name in irregular]
    listed, found = content.files, _measured(folder)
    wrong = [f"{name} is missing" for name in sorted(set(listed) - set(found))]
    wrong += [f"{name} doesn't belong there" for name in sorted(set(found) - set(listed))]
    wrong += [
        f"{name} is changed"
        for name in sorted(set(found) & set(listed))
        if found[name] != listed[name]
    ]
    sums = folder / SUMS
    if not sums.exists():
        return [*wrong, f"{SUMS} is missing"]
    if sums.read_bytes() != _sums(folder, content.files).encode():
        wrong.append(f"{MANIFEST} or {SUMS} is changed")
    return wrong


def _sums(folder: Path, listed: dict[str, File]) -> str:
    """The text of `SHA256SUMS`."""
    hashes = {name: file.sha256 for name, file in listed.items()}
    hashes[MANIFEST] = _sha256(folder / MANIFEST)
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def _irregular(folder: Path) -> list[str]:
    """Links, pipes and whatever else is no file and no folder, from the folder on."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not stat.S_ISDIR(mode := path.lstat().st_mode) and not stat.S_ISREG(mode)
    )


def _measured(folder: Path) -> dict[str, File]:
    """Size and hash of every file but the manifest and the sums."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): File(path.stat().st_size, _sha256(path))
        for path in paths
        if path not in (folder / MANIFEST, folder / SUMS)
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
