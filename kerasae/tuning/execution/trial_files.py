"""The files that a trial goes on from, as bytes that go from one machine to another."""

from kerasae import files
from kerasae.run_dir import RunDir


def read(run: RunDir) -> dict[str, bytes]:
    """Contents by name, of those that are there; equal ones are one object, which travels once."""
    found: dict[str, bytes] = {}
    for path in _paths(run):
        if path.exists():
            content = path.read_bytes()
            found[path.name] = next((one for one in found.values() if one == content), content)
    return found


def write(run: RunDir, contents: dict[str, bytes]) -> None:
    """Writes what `read` gave, each file whole or not at all.

    Raises:
        RunError: where the folder above was removed or replaced meanwhile.
        OSError: where it can't be written.
    """
    for path in _paths(run):
        if path.name in contents:
            with files.atomic_path(path) as new:
                new.write_bytes(contents[path.name])


def _paths(run: RunDir) -> tuple:
    """In the order in which a training writes them, so that a kill in between leaves its traces."""
    return (run.history, run.best_model, run.model)
