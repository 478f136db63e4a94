"""A search's directory, opened: at any moment of the search, without TensorFlow."""

import dataclasses
from pathlib import Path

from kerasae.config import RunError
from kerasae.tuning import confirmation, description, ranking, record
from kerasae.tuning.confirmation import Confirmed
from kerasae.tuning.description import Description
from kerasae.tuning.dimension import Dimension
from kerasae.tuning.objectives import SIZES, VAL_MSE, Objective
from kerasae.tuning.record import COMPLETED, Trial
from kerasae.tuning.search_dir import SearchDir


@dataclasses.dataclass(frozen=True)
class Search:
    """Everything that a search has on disk.

    Attributes:
        folder: Its directory.
        description: What it is.
        trials: The last trial of each candidate, in the order of the candidates.
        confirmed: What was retrained; nothing before the best are confirmed.
        under_way: Number of trials that were proposed and have not ended.
    """

    folder: SearchDir
    description: Description
    trials: tuple[Trial, ...]
    confirmed: tuple[Confirmed, ...] = ()
    under_way: int = 0

    @property
    def path(self) -> Path:
        """The directory."""
        return self.folder.path

    @property
    def figures(self) -> Path:
        """The folder of pictures."""
        return self.folder.figures

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Dimensions of the space."""
        return self.description.space.dimensions

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """One, or several of a Pareto search; the first one leads."""
        return self.description.objectives

    @property
    def measured(self) -> tuple[Objective, ...]:
        """The objectives that need training."""
        return tuple(objective for objective in self.objectives if not objective.is_size)

    @property
    def counted(self) -> int:
        """Number of candidates that count towards `--max_trials`."""
        return record.counted(self.trials)

    @property
    def completed(self) -> list[Trial]:
        """Trials that ran to their end, which alone can be the best."""
        return [trial for trial in self.trials if trial.status == COMPLETED]

    @property
    def trained(self) -> list[Trial]:
        """Trials that have a value of each objective, also those stopped early."""
        return [trial for trial in self.trials if trial.trained]

    @property
    def ranked(self) -> list[Trial]:
        """Completed trials, the best first, see `ranking.ranked`."""
        return ranking.ranked(self.trials, self.objectives)


def open_search(path: str | Path) -> Search:
    """Reads a search's directory.

    Raises:
        RunError: where it holds no search, or a damaged file.
    """
    folder = SearchDir(path)
    described = description.read(folder.description)
    events = record.read(folder.record)
    trials = record.latest(record.trials(events))
    try:
        for trial in trials:
            _check(trial, described)
    except (ValueError, TypeError) as error:
        raise RunError(f"{folder.record} is damaged: {error}.") from None
    confirmed = confirmation.read(folder, described)
    return Search(folder, described, tuple(trials), confirmed, len(record.under_way(events)))


def _check(trial: Trial, described: Description) -> None:
    """Raises ValueError for a trial that the search can't have had."""
    unknown = sorted(set(trial.values) - set(described.space.names))
    if unknown:
        raise ValueError(f"trial {trial.trial_id}: there is no dimension {unknown[0]}")
    for dimension in described.space.dimensions:
        dimension.position(trial.values)
    needed = {objective.name for objective in described.objectives} | {VAL_MSE, *SIZES}
    missing = sorted(needed - set(trial.numbers))
    if trial.trained and missing:
        raise ValueError(f"trial {trial.trial_id}: {missing[0]} is missing")
