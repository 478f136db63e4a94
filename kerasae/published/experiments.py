"""Published experiments by name: every folder of this package with an `experiment.toml`."""

from pathlib import Path
from typing import Any

from kerasae import published
from kerasae.config import require_known
from kerasae.published import experiment
from kerasae.published.experiment import Experiment
from kerasae.runs.record import RunRecord

DIGITS = "digits"


def names() -> tuple[str, ...]:
    """The known experiments, sorted."""
    return tuple(sorted(_folders()))


def load(name: str) -> Experiment:
    """The experiment of that name.

    Raises:
        ConfigError: where there is none; lists those there are.
    """
    folders = _folders()
    require_known("--experiment", name, folders)
    return experiment.read(folders[name])


def load_all() -> tuple[Experiment, ...]:
    """Every known experiment, sorted by name."""
    return tuple(map(load, names()))


def matching(settings: dict[str, Any]) -> Experiment | None:
    """The experiment whose architecture a run has; None where it has none's.

    Args:
        settings: As in the run's `config.json`.
    """
    return next((known for known in load_all() if known.matches(settings)), None)


def repeated_by(recorded: RunRecord) -> Experiment | None:
    """The experiment that a run repeats, on the published images; None where it repeats none.

    Args:
        recorded: The run's record.
    """
    return next((known for known in load_all() if known.repeated_by(recorded)), None)


def _folders() -> dict[str, Path]:
    """Folders of experiments by name; the package's `__path__` may be longer than one."""
    return {
        path.parent.name: path.parent
        for place in published.__path__
        for path in Path(place).glob(f"*/{experiment.FILE}")
    }
