"""A search as it was asked for: its settings, its space and its directory together."""

import dataclasses
import logging
from typing import Any

import kerasae
from kerasae.data import sources
from kerasae.run_config import RunConfig
from kerasae.runs import settings as run_settings
from kerasae.tuning import settings as search_settings
from kerasae.tuning import space_file
from kerasae.tuning.candidates import Candidates
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig

# What may change between a search and its resumption: it decides how far the search goes, what is
# kept and what is done afterwards, not what is found. The space counts by its content, not by its
# file's name.
FREE = (
    "space", "max_trials", "keep_top", "max_failures", "confirm", "confirm_seeds",
    "workers", "threads_per_worker", "worker_patience", "reproducible",
    "ray", "gpus_per_worker", "memory_per_worker_mb",
)  # fmt: skip

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class SearchPlan:
    """What a search is to do.

    Attributes:
        search: The search's settings.
        candidates: Its space and the settings of its runs.
        folder: Its directory.
        command: The command line, for the record.
    """

    search: SearchConfig
    candidates: Candidates
    folder: SearchDir
    command: list[str]

    def settings(self) -> dict[str, Any]:
        """Everything that decides what the search finds, flat, ready for JSON."""
        run = run_settings.without_places(run_settings.to_json(self.candidates.base))
        found = {"kerasae": kerasae.__version__}
        found |= {f"--{flag}": value for flag, value in run_settings.by_flag(run).items()}
        for name, value in vars(self.search).items():
            if name not in FREE:
                found[f"--{name}"] = list(value) if isinstance(value, tuple) else value
        if self.search.plans_max_trials:
            found["--max_trials"] = self.search.trials
        dimensions = self.candidates.space.dimensions
        found["order of the tables"] = [dimension.name for dimension in dimensions]
        for dimension in dimensions:
            described = dimension.describe()
            found[f"[{described.pop('name')}]"] = described
        return found

    def total(self) -> int:
        """Number of candidates to train: as many as wanted, or all there are."""
        size, exact = self.candidates.size
        wanted, most = self.search.trials, self.most_of(size)
        if most != wanted and wanted is not None and exact:
            logger.info(
                "The space has %d different candidates, fewer than --max_trials=%d: "
                "each of them is tried once.",
                size,
                wanted,
            )
        return most

    def most_of(self, size: int | None) -> int:
        """The same of a space with so many candidates, or infinitely many."""
        wanted = self.search.trials
        return wanted if size is None or (wanted is not None and wanted <= size) else size

    def with_image_size(self, image_size: tuple[int, int]) -> "SearchPlan":
        """The plan for images whose size is known now.

        Raises:
            ConfigError: for a space of which they fit no model.
        """
        if self.candidates.image_size == image_size:
            return self
        candidates = Candidates(self.candidates.space, self.candidates.base, image_size)
        space_file.require_possible(space_file.find(self.search.space), candidates)
        return dataclasses.replace(self, candidates=candidates)


def candidates(search: SearchConfig, config: RunConfig) -> Candidates:
    """The search's space, checked as far as it can be without the images.

    Raises:
        ConfigError: for a mistake in the file, or a run that can't be judged.
    """
    search_settings.check_run(config)
    data = config.data
    known = sources.check(data)
    image_size = data.target_size or known
    found = space_file.load(space_file.find(search.space), config, image_size)
    search_settings.check_space(search, found.space)
    return found
