"""`manifest.json`: the facts about a version, and the hash of every file of it."""

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

from kerasae import files, registry
from kerasae.config import ConfigError, RunError
from kerasae.exporting.bundle import MANIFEST, SUMS
from kerasae.exporting.call import Call, CheckedCall

FORMAT = 1
# Fields of a call that have another name in the manifest.
STORED_AS = {"output": "answer"}


def functions(checked: list[CheckedCall]) -> list[dict[str, Any]]:
    """Every exported function with the results of its check, ready for JSON."""
    return [
        {STORED_AS.get(name, name): value for name, value in vars(item.call).items()} | item.found
        for item in checked
    ]


def calls(content: dict[str, Any]) -> list[Call]:
    """The calls of `functions` again.

    Raises:
        RunError: where the manifest is damaged, or names an export target that
            isn't there.
    """
    names = [field.name for field in dataclasses.fields(Call)]
    try:
        found = [
            Call(**{name: item[STORED_AS.get(name, name)] for name in names})
            for item in content["functions"]
        ]
        unsafe = [call.path for call in found if not _inside(call.path)]
    except (KeyError, TypeError):
        raise RunError(f"{MANIFEST} is damaged: it doesn't hold the exported functions.") from None
    if unsafe:
        raise RunError(f"{MANIFEST} is damaged: it names {unsafe[0]}.")
    known = registry.names(registry.TARGETS)
    foreign = [call.target for call in found if call.target not in known]
    if foreign:
        raise RunError(
            f"{MANIFEST} names an export target that this kerasae hasn't. Received: "
            f"{foreign[0]!r}; known are {', '.join(known)}."
        )
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
        raise RunError(f"{path} is damaged: it doesn't list the files.")
    if content.get("format") != FORMAT:
        raise RunError(
            f"{path} is of format {content.get('format')}; this kerasae reads format {FORMAT}."
        )
    return content


def changes(folder: Path, content: dict[str, Any]) -> list[str]:
    """Every file that isn't as the manifest lists it, with what is wrong."""
    listed, found = content["files"], _measured(folder)
    wrong = [f"{name} is missing" for name in sorted(set(listed) - set(found))]
    wrong += [f"{name} doesn't belong there" for name in sorted(set(found) - set(listed))]
    wrong += [
        f"{name} is changed"
        for name in sorted(set(found) & set(listed))
        if found[name] != listed[name]
    ]
    sums = folder / SUMS
    if not sums.is_file():
        return [*wrong, f"{SUMS} is missing"]
    if sums.read_bytes() != _sums(folder, content).encode():
        wrong.append(f"{MANIFEST} or {SUMS} is changed")
    return wrong


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
