"""`environment.json`: what a run was made with."""

import dataclasses
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

import kerasae
from kerasae import records

PACKAGES = (
    "tensorflow", "keras", "keras-tuner", "tensorflow-datasets", "numpy", "scikit-learn",
    "matplotlib",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Environment:
    """Versions, machine and commit.

    Attributes:
        kerasae: Its version.
        commit: Of its checkout, marked where files differ from it; None outside a checkout.
        command: The command line.
        python: Its version.
        packages: Versions by package.
        platform: Operating system and processor.
        cores: Of the processor; None where it isn't known.
        gpus: Their names.
    """

    kerasae: str
    commit: str | None
    command: tuple[str, ...]
    python: str
    packages: dict[str, str]
    platform: str
    cores: int | None
    gpus: tuple[str, ...]


def describe(command: list[str]) -> Environment:
    """The environment of this process.

    Args:
        command: The command line that made the run.
    """
    import tensorflow as tf

    return Environment(
        kerasae=kerasae.__version__,
        commit=_commit(),
        command=tuple(command),
        python=platform.python_version(),
        packages=versions(PACKAGES),
        platform=platform.platform(),
        cores=os.cpu_count(),
        gpus=tuple(device.name for device in tf.config.list_physical_devices("GPU")),
    )


def write(path: Path, environment: Environment) -> None:
    """Writes an `environment.json`."""
    records.write(path, environment)


def read(path: Path) -> Environment:
    """Reads an `environment.json`.

    Raises:
        RunError: where it is missing, damaged, changed, or of another version of kerasae.
    """
    return records.read(path, Environment)


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
