"""Checks that a version folder still is what was published."""

from pathlib import Path

from kerasae.config import RunError
from kerasae.exporting import golden, manifest


def verify(folder: Path) -> tuple[int, int]:
    """Checks the hash of every file, then the outputs for the golden images.

    Returns:
        How many files and how many functions were checked.

    Raises:
        ConfigError: where there is no version.
        RunError: that names every file that is changed, missing or foreign, or
            every function with other outputs.
    """
    content = manifest.read(folder)
    changes = manifest.changes(folder, content)
    if changes:
        raise RunError(f"{folder} is not what was published: {'; '.join(changes)}.")
    return len(content["files"]) + 1, golden.check(folder, content)
