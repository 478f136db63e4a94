"""`search.json`: a search as it was begun, for whoever reads its directory later."""

import dataclasses
from pathlib import Path
from typing import Any

from kerasae import records
from kerasae.tuning.dimension import Values
from kerasae.tuning.objectives import Objective
from kerasae.tuning.space import Space


@dataclasses.dataclass(frozen=True)
class PublishedArchitecture:
    """A published architecture beside a search.

    Attributes:
        name: Its title.
        values: Its place in the space, as far as the space sets it.
        parameters: Numbers that are trained.
        multiply_adds: Of one image.
        code_size: Numbers in a code.
    """

    name: str
    values: Values
    parameters: int
    multiply_adds: int
    code_size: int


@dataclasses.dataclass(frozen=True)
class Description:
    """What a search is.

    Attributes:
        kerasae: Version that began it.
        command: The command line that began it.
        settings: What decides what it finds, flat, see `SearchPlan.settings`.
        images: The images that it is about: version, shape, numbers of each split.
        space: What varies.
        size: Number of different candidates; None for infinitely many.
        size_is_exact: Whether `size` is exact, or an upper bound.
        tuner: Name of what proposes.
        objectives: What it improves, the leading one first.
        max_trials: Candidates to train at most; this and `workers` a later start may change.
        seed: Seed of its runs.
        oracle_seed: Seed of what proposes.
        published: Each published architecture that the images fit.
        workers: Trials that are trained at a time.

    Raises:
        ValueError: without an objective.
    """

    kerasae: str
    command: list[str]
    settings: dict[str, Any]
    images: dict[str, Any]
    space: Space
    size: int | None
    size_is_exact: bool
    tuner: str
    objectives: tuple[Objective, ...]
    max_trials: int
    seed: int
    oracle_seed: int
    published: tuple[PublishedArchitecture, ...]
    workers: int

    def __post_init__(self):
        if not self.objectives:
            raise ValueError("objectives are missing")

    @property
    def identity(self) -> str:
        """A digest, equal only where everything is that decides what the search finds."""
        decisive = (self.settings, self.images, self.space, self.objectives, self.seed)
        return records.digest(records.to_json(decisive))


def write(path: Path, description: Description) -> None:
    """Writes a description, whole or not at all."""
    records.write(path, description)


def read(path: Path) -> Description:
    """Reads a description.

    Raises:
        RunError: where it is missing, damaged, changed, or of another version of kerasae.
    """
    return records.read(path, Description)
