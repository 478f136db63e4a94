"""The files that a task goes on from, as bytes that go from one machine to another."""

from collections.abc import Iterable
from pathlib import Path

from kerasae import files


def read(paths: Iterable[Path]) -> dict[str, bytes]:
    """Contents by name, of those that are there; equal ones are one object, which travels once."""
    found: dict[str, bytes] = {}
    for path in paths:
        if path.exists():
            content = path.read_bytes()
            found[path.name] = next((one for one in found.values() if one == content), content)
    return found


def write(paths: Iterable[Path], contents: dict[str, bytes]) -> None:
    """Writes what `read` gave, each file whole or not at all.

    Raises:
        RunError: where the folder above was removed or replaced meanwhile.
        OSError: where it can't be written.
    """
    for path in paths:
        if path.name in contents:
            with files.atomic_path(path) as new:
                new.write_bytes(contents[path.name])
