"""`manifest.json`: all that is known of a version, and the hash of every file of it."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import ConfigError, RunError
from kerasae.exporting.bundle import MANIFEST, SUMS
from kerasae.exporting.call import Call, Checked

FORMAT = 1


def functions(checked: list[Checked]) -> list[dict[str, Any]]:
    """Every exported function with what was found of it, ready for JSON."""
    return [{**dataclasses.asdict(item.call), **item.found} for item in checked]


def calls(content: dict[str, Any]) -> list[Call]:
    """The calls of `functions` again.

    Raises:
        RunError: where the manifest doesn't tell them.
    """
    names = [field.name for field in dataclasses.fields(Call)]
    try:
        found = [Call(**{name: item[name] for name in names}) for item in content["functions"]]
        unsafe = [call.path for call in found if not _inside(call.path)]
    except (KeyError, TypeError):
        raise RunError(f"{MANIFEST} is damaged: it doesn't tell the exported functions.") from None
    if unsafe:
        raise RunError(f"{MANIFEST} is damaged: it names {unsafe[0]}.")
    return found


def seal(folder: Path, content: dict[str, Any]) -> None:
    """Writes the manifest with size and hash of all other files, then `SHA256SUMS`.

    The sums also hold the manifest's own; `sha256sum -c SHA256SUMS` checks them.
    """
    sealed = {"format": FORMAT, **content, "files": _measured(folder)}
    files.write_json(folder / MANIFEST, sealed)
    (folder / SUMS).write_text(_sums(folder, sealed), encoding="utf-8")


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a version folder.

    Raises:
        ConfigError: where there is none.
        RunError: where it is damaged.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ConfigError(
            f"{folder} is no version folder of kerasae.export, or half of one: {MANIFEST} is "
            "missing."
        )
    content = files.read_json(path)
    if not isinstance(content, dict) or not isinstance(content.get("files"), dict):
        raise RunError(f"{path} is damaged: it doesn't tell the files.")
    if content.get("format") != FORMAT:
        raise RunError(
            f"{path} is of format {content.get('format')}; this kerasae reads format {FORMAT}."
        )
    return content


def changes(folder: Path, content: dict[str, Any]) -> list[str]:
    """Every file that isn't as the manifest tells it, with what is wrong."""
    told, there = content["files"], _measured(folder)
    found = [f"{name} is missing" for name in sorted(set(told) - set(there))]
    found += [f"{name} doesn't belong there" for name in sorted(set(there) - set(told))]
    found += [
        f"{name} is changed" for name in sorted(set(there) & set(told)) if there[name] != told[name]
    ]
    sums = folder / SUMS
    if not sums.is_file():
        return [*found, f"{SUMS} is missing"]
    if sums.read_bytes() != _sums(folder, content).encode():
        found.append(f"{MANIFEST} or {SUMS} is changed")
    return found


def _sums(folder: Path, content: dict[str, Any]) -> str:
    """The text of `SHA256SUMS`."""
    hashes = {name: _field(entry, "sha256") for name, entry in content["files"].items()}
    hashes[MANIFEST] = _sha256(folder / MANIFEST)
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def _field(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, dict) else None


def _measured(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and hash of every file but the manifest and the sums."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in paths
        if path not in (folder / MANIFEST, folder / SUMS)
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(path: Any) -> bool:
    """Whether a path stays in the version folder."""
    return isinstance(path, str) and not Path(path).is_absolute() and ".." not in Path(path).parts
