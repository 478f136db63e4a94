"""Checks that a version folder still is what was published."""

from pathlib import Path

from kerasae.config import RunError
from kerasae.exporting import golden, implied, manifest


def verify(folder: Path) -> tuple[int, int]:
    """Checks the hash of every file, then the outputs for the golden images.

    It finds what was changed, by a disk or by hand. Who makes a whole version
    anew, golden images and hashes included, can't be found out.

    Returns:
        How many files and how many functions were checked.

    Raises:
        ConfigError: where there is no version.
        RunError: that names every file that is changed, missing, foreign or no
            regular file, every function that isn't listed as its target checks
            it, or every function with other outputs.
    """
    content = manifest.read(folder)
    changes = manifest.changes(folder, content)
    if changes:
        raise RunError(f"{folder} is not what was published: {'; '.join(changes)}.")
    calls = implied.calls(folder, content)
    golden.check(folder, calls)
    return len(content.files) + 1, len(calls)
