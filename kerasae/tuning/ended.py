"""`ended.json`: that a search came to its end, so that nobody has to ask its tuner again.

Only a tuner knows whether it wants another trial, and asking it takes TensorFlow.
The file spares that; where it is missing or damaged, the tuner is asked.
"""

import dataclasses

from kerasae import records
from kerasae.config import RunError
from kerasae.data import dataset_name, sources
from kerasae.tuning import guard
from kerasae.tuning.open_search import Search, open_search
from kerasae.tuning.plan import SearchPlan


@dataclasses.dataclass(frozen=True)
class _Ended:
    """What was true at the end.

    Attributes:
        trials_digest: Of all trials.
        place: Of the images, see `dataset_name.place`; flagfiles name it.
        max_trials: Candidates that were to be trained at most.
        keep_top: Of how many of the best trials the weights were kept.
    """

    trials_digest: str
    place: tuple[str | None, ...]
    max_trials: int
    keep_top: int


def write(plan: SearchPlan) -> None:
    """Writes that the search has ended."""
    records.write(plan.folder.ended, _state(plan, open_search(plan.folder.path)))


def search(plan: SearchPlan) -> Search | None:
    """The search in the plan's directory where nothing is left to do of the plan; else None.

    Raises:
        ConfigError: where it is another search, which came there a moment ago, or of other images
            than there are now.
        RunError: where its files are damaged.
    """
    folder = plan.folder
    results = (folder.table, folder.leaderboard, folder.best_flags, folder.page)
    if not all(path.exists() for path in (folder.ended, folder.description, *results)):
        return None
    found = open_search(folder.path)
    guard.require_same(folder, plan.settings(), found.description.settings)
    if plan.most_of(found.description.size) != found.description.max_trials:
        return None
    try:
        ended = records.read(folder.ended, _Ended)
    except RunError:
        return None
    if ended != _state(plan, found):
        return None
    images = sources.open_source(plan.candidates.base.data).spec
    guard.require_same_images(folder, images, found.description.images)
    return found


def _state(plan: SearchPlan, found: Search) -> _Ended:
    trials = records.digest(records.to_json(found.trials))
    place = dataset_name.place(plan.candidates.base.data)
    return _Ended(trials, place, found.description.max_trials, plan.search.keep_top)
