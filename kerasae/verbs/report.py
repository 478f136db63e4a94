"""Settings of `report`, and the run that it is of."""

from kerasae.cli_flags import CommandLine
from kerasae.reporting.config import ReportConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, settings
from kerasae.runs.guard import require_finished


def define(line: CommandLine) -> None:
    """Adds the settings of `report`."""
    line.add_path("Run", "run_dir", None, "a finished run", required=True)
    line.add_dataclass("Figures", ReportConfig)


def plan(line: CommandLine) -> tuple[RunDir, ReportConfig]:
    """A finished run, and which figures.

    Raises:
        ConfigError: for settings that can't be, or a run that isn't finished.
    """
    config, run = line.make(ReportConfig), RunDir(line["run_dir"])
    require_finished(run)
    checks.check_applied(config.place.applied(), settings.read(run).data)
    return run, config
