"""`search.json`: a search as it was begun, for whoever reads its directory later."""

import dataclasses
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.config import RunError
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import Objective
from kerasae.tuning.space import Space

FORMAT = 2


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
        max_trials: Candidates to train at most; the only thing that a later start may change.
        seed: Seed of its runs.
        oracle_seed: Seed of what proposes.
        published: Name, values and sizes of each published architecture.
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
    published: list[dict[str, Any]]

    def __post_init__(self):
        if not self.objectives:
            raise ValueError("objectives are missing")


def write(path: Path, description: Description) -> None:
    """Writes a description, whole or not at all."""
    fields = {field.name: getattr(description, field.name)
              for field in dataclasses.fields(description)}  # fmt: skip
    space = description.space
    fields |= {
        "space": {"name": space.name, "dimensions": [d.describe() for d in space.dimensions]},
        "objectives": [dataclasses.asdict(objective) for objective in description.objectives],
    }
    files.write_json(path, {"format": FORMAT, **fields})


def read(path: Path) -> Description:
    """Reads a description.

    Raises:
        RunError: where it is missing, damaged, or of another format.
    """
    content = files.read_json(path)
    if not isinstance(content, dict):
        raise RunError(f"{path} is damaged: it describes no search.")
    fields = dict(content)
    found = fields.pop("format", None)
    if found != FORMAT:
        raise RunError(
            f"{path} is of a search that another version of kerasae made (format {found}, and "
            f"this one reads {FORMAT}). Make it anew in another directory."
        )
    try:
        space = fields["space"]
        dimensions = tuple(map(Dimension.from_description, space["dimensions"]))
        objectives = tuple(Objective(**objective) for objective in fields["objectives"])
        return Description(
            **fields | {"space": Space(space["name"], dimensions), "objectives": objectives}
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RunError(f"{path} is damaged: {error!r}.") from None
