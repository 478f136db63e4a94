"""Settings of `search`, and the search that they stand for."""

import logging

from kerasae import run_flags
from kerasae.bounds import Bounds
from kerasae.cli_flags import CommandLine
from kerasae.tuning import guard
from kerasae.tuning import plan as plans
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig, check_median_stopping

HELD_OUT = "share of the training images that candidates are judged on, sampled by --seed"
SPACE_FIRST = (
    "What the space varies, of the model and of training, has the space's values; these flags and "
    "their defaults decide over all else."
)

logger = logging.getLogger(__name__)


def define(line: CommandLine) -> None:
    """Adds the settings of `search`."""
    line.add_path("Search", "out", None, "folder for everything that it makes", required=True)
    line.add("Search", "resume", bool, False, "go on with the search in --out; a finished one, "
             "with more --max_trials (but for a tuner that plans with them, as hyperband does) or "
             "with --confirm")  # fmt: skip
    line.add_dataclass("Search", SearchConfig)
    line.explain("workers", "train so many trials at a time, each in a process of its own that "
                 "decodes the images once; 1 trains them in this process")  # fmt: skip
    run_flags.define(line)
    some = Bounds(0, 1, above=True, below=True)
    line.explain("validation_fraction", HELD_OUT, "required, as in 0.1", some)
    line.note("Model", SPACE_FIRST)


def plan(line: CommandLine, command: list[str]) -> SearchPlan:
    """The search, in a directory that it may write.

    Args:
        line: The settings.
        command: What was typed, for the record.

    Raises:
        ConfigError: for settings, or a directory, that can't be.
    """
    planned = plan_of(line, command)
    guard.require_searchable(planned, line["resume"])
    for name in planned.candidates.space.unconditional:
        if name in line.values and line.given(name):
            space = planned.search.space
            logger.warning("--%s doesn't count: --space=%s decides over it.", name, space)
    return planned


def plan_of(line: CommandLine, command: list[str]) -> SearchPlan:
    """The search, whatever its directory holds."""
    search = line.make(SearchConfig)
    if line.given("median_stopping"):
        check_median_stopping(search)
    search.check()
    candidates = plans.candidates(search, run_flags.read(line))
    return SearchPlan(search, candidates, SearchDir(line["out"]), command)
