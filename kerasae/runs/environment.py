"""What a run was made with."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import kerasae

PACKAGES = (
    "tensorflow", "keras", "keras-tuner", "tensorflow-datasets", "numpy", "scikit-learn",
    "matplotlib",
)  # fmt: skip


def describe(command: list[str]) -> dict[str, Any]:
    """Versions, machine and commit, ready for JSON.

    Args:
        command: The command line that made the run.
    """
    import tensorflow as tf

    return {
        "kerasae": kerasae.__version__,
        "commit": _commit(),
        "command": command,
        "python": platform.python_version(),
        "packages": versions(PACKAGES),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "gpus": [device.name for device in tf.config.list_physical_devices("GPU")],
    }


def versions(packages: Iterable[str]) -> dict[str, str]:
    """What is installed of some packages."""
    return {name: importlib.metadata.version(name) for name in packages}


def _commit() -> str | None:
    """The checkout's commit, marked where files differ from it; None outside a checkout."""
    package = Path(__file__).parent
    try:
        # Only kerasae's own checkout counts, not one that a site-packages happens to lie in.
        subprocess.run(
            ["git", "-C", package, "ls-files", "--error-unmatch", __file__],
            capture_output=True,
            check=True,
        )
        described = subprocess.run(
            ["git", "-C", package, "describe", "--always", "--dirty", "--abbrev=40"],
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
