"""What a folder holds, without what differs from one undisturbed run to the next: times."""

import base64
import csv
import dataclasses
import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

# Times, and digests over them. `command` differs where --resume was given.
VOLATILE_NAMES = re.compile(
    r"seconds|_s$|, s( \(sd\))?$|images_per_second|input_wait|created|time|date|"
    r"^(fitted|commit|command|sha256|trials_digest|bytes|shared_object_id)$"
)
LOCK, SCRATCH = ".lock", ".partial-"
# Files that hold times in their middle, or names that TensorFlow numbers by process: that they
# are there and not empty is all that is compared.
VOLATILE_FILES = re.compile(
    r"(^|/)(fingerprint\.pb|saved_model\.pb|variables\.(index|data-\S+)|SHA256SUMS|MODEL_CARD\.md)$|"
    r"\.tflite$|^searched/(report/index\.html|leaderboard\.md)$|"
    r"(^|/)tensorboard/"
)


def snapshot(folder: Path, known: Mapping[str, "Known"] | None = None) -> dict[str, str]:
    """A digest of every file's content by its path in the folder; locks are left out.

    Args:
        folder: The folder.
        known: Digests of files that are taken as they are where nobody wrote the file since.
    """
    found, known = {}, known or {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name == LOCK:
            continue
        kind = _kind(path)
        if kind == "file":
            found[_numbered(name)] = (
                known[name].digest
                if name in known and known[name].mark == _mark(path)
                else _digest(path, name, str(folder))
            )
        elif kind != "folder":
            found[name] = kind
        elif not any(path.iterdir()):
            found[name] = "empty folder"
    return found


@dataclasses.dataclass(frozen=True)
class Known:
    """A file's digest, and when the file was written last."""

    mark: tuple[int, ...]
    digest: str


def known(folder: Path, digests: Mapping[str, str]) -> dict[str, Known]:
    """Digests of files in a folder, for `snapshot`, from a folder of the same content."""
    return {
        name: Known(_mark(folder / name), digest)
        for name, digest in digests.items()
        if (folder / name).is_file()
    }


def _mark(path: Path) -> tuple[int, ...]:
    """Changes whenever a file is written or replaced."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def raw(folder: Path) -> dict[str, str]:
    """Every path in a folder with its kind and size, for folders that must not change."""
    return {
        path.relative_to(folder).as_posix(): f"{_kind(path)} {path.lstat().st_size}"
        for path in sorted(folder.rglob("*"))
        if _kind(path) != "folder"
    }


def _kind(path: Path) -> str:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return f"link to {path.readlink()}"
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "folder" if stat.S_ISDIR(mode) else "file"


def _numbered(name: str) -> str:
    """TensorBoard names its files by time and process."""
    return re.sub(r"events\.out\.tfevents\..*", "events", name)


def _digest(path: Path, name: str, folder: str) -> str:
    content = path.read_bytes()
    if VOLATILE_FILES.search(name):
        return "there" if content else "empty"
    try:
        content = READERS.get(path.suffix, lambda data: data)(content)
    except Exception:  # A damaged file is what its bytes are.
        return "damaged " + hashlib.sha256(content).hexdigest()
    content = content.replace(folder.encode(), b"FOLDER")
    return hashlib.sha256(content).hexdigest()


def _json(data: bytes) -> bytes:
    return json.dumps(_steady(json.loads(data)), sort_keys=True).encode()


def _json_lines(data: bytes) -> bytes:
    return b"\n".join(_json(line) for line in data.splitlines())


def _steady(value: Any) -> Any:
    """A JSON value without what is volatile in it."""
    if isinstance(value, dict):
        return {k: _steady(v) for k, v in value.items() if not VOLATILE_NAMES.search(k)}
    if isinstance(value, list):
        return [_steady(item) for item in value]
    return value


def _csv(data: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(data.decode())))
    keep = [n for n, column in enumerate(rows[0]) if not VOLATILE_NAMES.search(column)]
    return json.dumps([[row[n] for n in keep] for row in rows]).encode()


def _arrays(data: bytes) -> bytes:
    """Names, dtypes, shapes and bytes of the arrays of an .npz file."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        parts = [(name, stored[name]) for name in sorted(stored)]
    return b"".join(f"{n} {a.dtype} {a.shape}".encode() + a.tobytes() for n, a in parts)


def _keras(data: bytes) -> bytes:
    """Configuration, and every array of the weights and the optimizer."""
    import h5py

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [_json(archive.read("config.json"))]
        weights = archive.read("model.weights.h5")
    with h5py.File(io.BytesIO(weights), "r") as file:
        names: list[str] = []
        file.visit(names.append)
        for name in sorted(names):
            if isinstance(file[name], h5py.Dataset):
                parts += [name.encode(), np.asarray(file[name]).tobytes()]
    return b"".join(parts)


def _html(data: bytes) -> bytes:
    """A page; pictures in it stand as their digests."""
    picture = rb"base64,([A-Za-z0-9+/=]+)"
    return re.sub(picture, lambda m: hashlib.sha256(base64.b64decode(m[1])).digest(), data)


READERS: dict[str, Callable[[bytes], bytes]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".csv": _csv,
    ".npz": _arrays,
    ".keras": _keras,
    ".html": _html,
}
