"""Settings of `search`, and the search that they stand for."""

from kerasae import run_flags
from kerasae.cli_flags import CommandLine
from kerasae.tuning import guard
from kerasae.tuning import plan as plans
from kerasae.tuning.plan import SearchPlan
from kerasae.tuning.search_dir import SearchDir
from kerasae.tuning.settings import SearchConfig, check_median_stopping


def define(line: CommandLine) -> None:
    """Adds the settings of `search`."""
    line.add_path("Search", "out", None, "folder for everything that the search makes")
    line.add("Search", "resume", bool, False, "go on with the search in --out; a finished one, "
             "with more --max_trials (but for a tuner that plans with them, as hyperband does) or "
             "with --confirm")  # fmt: skip
    line.add_dataclass("Search", SearchConfig)
    run_flags.define(line)


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
    return planned


def plan_of(line: CommandLine, command: list[str]) -> SearchPlan:
    """The search, whatever its directory holds."""
    line.require("out")
    search = line.make(SearchConfig)
    if line.given("median_stopping"):
        check_median_stopping(search)
    candidates = plans.candidates(search, run_flags.read(line))
    return SearchPlan(search, candidates, SearchDir(line["out"]), command)
