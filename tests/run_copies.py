"""Runs that a test may change, and what is in them."""

import shutil
from pathlib import Path

from kerasae.run_dir import RunDir


def copied(finished: RunDir, path: Path) -> RunDir:
    """A finished run of its own."""
    shutil.copytree(finished.path, path)
    return RunDir(path)


def content(run: RunDir) -> dict[str, bytes]:
    """Every file of a run, but its lock."""
    return {
        str(path.relative_to(run.path)): path.read_bytes()
        for path in run.path.rglob("*")
        if path.is_file() and path != run.lock_file
    }
