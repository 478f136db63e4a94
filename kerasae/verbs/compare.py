"""Settings of `compare`, and the runs of the table."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.reporting.config import ComparisonConfig
from kerasae.run_dir import RunDir
from kerasae.runs import seeds
from kerasae.runs.guard import require_finished


@dataclasses.dataclass(frozen=True)
class ComparisonPlan:
    """Runs to be compared.

    Attributes:
        groups: Finished runs by the name of their row; those of one differ in their seed.
        out: Folder of the table.
    """

    groups: dict[str, list[RunDir]]
    out: Path


def define(line: CommandLine) -> None:
    """Adds the settings of `compare`."""
    line.add_dataclass("Comparison", ComparisonConfig)


def plan(line: CommandLine) -> ComparisonPlan:
    """Finished runs, and where their table goes.

    Raises:
        ConfigError: for settings that can't be, a run that isn't finished, or runs of several
            seeds that differ in more.
    """
    config = line.make(ComparisonConfig)
    groups = {}
    for folder in config.run_dirs:
        found = seeds.runs_in(Path(folder))
        for run in found.values():
            require_finished(run)
        seeds.check_alike(found)
        groups[config.row_name(folder)] = list(found.values())
    return ComparisonPlan(groups, Path(config.out))
