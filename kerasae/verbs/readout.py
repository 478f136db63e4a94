"""Settings of `readout`, and the runs that it reads out."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from kerasae.cli_flags import CommandLine
from kerasae.data import sources
from kerasae.readouts.config import HEADS, ReadoutConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, seeds, settings
from kerasae.runs.guard import require_finished

if TYPE_CHECKING:
    from kerasae.readouts.read_out import ReadOut

LABELS = "labels"


@dataclasses.dataclass(frozen=True)
class ReadoutPlan:
    """Runs to be read out.

    Attributes:
        config: With what.
        top: The run's directory, or of several seeds the folder of theirs.
        runs: The runs by seed; the only one, without a seed, where `top` is a run.
    """

    config: ReadoutConfig
    top: Path
    runs: dict[int | None, RunDir]

    def write_table(self, by_seed: dict[int, "ReadOut"]) -> str:
        """Writes the table of several seeds; returns it as Markdown."""
        first = next(iter(by_seed.values()))
        columns = (LABELS, *first.accuracies)
        rows = {seed: {LABELS: one.labels, **one.accuracies} for seed, one in by_seed.items()}
        return seeds.write_table(self.top / first.table_name(self.config), columns, rows)


def define(line: CommandLine) -> None:
    """Adds the settings of `readout`."""
    line.add_path(
        "Run", "run_dir", None, "a finished run, or a folder of several seeds", required=True
    )
    line.add_dataclass("Readout", ReadoutConfig)
    line.explain("dataset", sources.help_text())
    line.add_plugins(HEADS)


def plan(line: CommandLine) -> ReadoutPlan:
    """One run, or one a seed, all of them finished.

    Raises:
        ConfigError: for settings that can't be, or a run that isn't finished.
    """
    config = line.make(ReadoutConfig, head_configs=line.make_plugin_configs(HEADS.flag))
    top = Path(line["run_dir"])
    runs = seeds.runs_in(top)
    for run in runs.values():
        require_finished(run)
        checks.check_applied(config.data, settings.read(run).data)
    seeds.check_alike(runs)
    return ReadoutPlan(config, top, runs)
