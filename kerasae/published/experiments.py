"""The published experiments by name: their flagfiles, and the same models on the digits."""

from pathlib import Path

from kerasae import run_flags
from kerasae.config import RunConfig, require

FOLDER = Path(__file__).parents[2] / "experiments"
NAMES = ("cognition", "ones_and_eights")
DIGITS = "digits"


def flags(name: str, overrides: dict[str, object]) -> list[str]:
    """The flags of an experiment; on the digits it has settings of its own.

    Args:
        name: One of `NAMES`.
        overrides: Values by flag name; None leaves the flagfile's.

    Raises:
        ConfigError: where kerasae is installed without its folder of experiments.
    """
    files = [FOLDER / f"{name}.flags"]
    if overrides.get("dataset") == DIGITS:
        files.append(FOLDER / f"demo_{name}.flags")
    for file in files:
        require(file.exists(), "The experiments lie in kerasae's checkout.", missing=file)
    given = [f"--{flag}={value}" for flag, value in overrides.items() if value is not None]
    return [*(f"--flagfile={file}" for file in files), *given]


def config(name: str, seed: int, overrides: dict[str, object]) -> RunConfig:
    """The settings of an experiment; arguments as for `flags`."""
    return run_flags.parse(flags(name, overrides), seed=seed)
