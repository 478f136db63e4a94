"""Settings of `export`, and the version that they ask for."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.exporting import bundle, manifest
from kerasae.exporting.config import ExportConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, settings
from kerasae.runs.guard import require_finished

WITHOUT_VERIFY = "required without --verify"
RUN = ("run_dir", "name", "targets", "heads", "precisions")


@dataclasses.dataclass(frozen=True)
class ExportPlan:
    """A version to be made.

    Attributes:
        run: The run.
        folder: Of the model's versions.
        config: What the version holds.
    """

    run: RunDir
    folder: Path
    config: ExportConfig


def define(line: CommandLine) -> None:
    """Adds the settings of `export`."""
    line.add_path("Run", "run_dir", None, "a finished run", WITHOUT_VERIFY)
    line.add("Version", "name", str | None, None, "name of the model", WITHOUT_VERIFY)
    line.add_path("Version", "out", "saved_models", "folder of all models")
    line.add_dataclass("Version", ExportConfig)
    line.add_path("Check", "verify", None, "a version folder to check instead")


def to_verify(line: CommandLine) -> Path | None:
    """The version folder that is to be checked; None where one is to be made.

    Raises:
        ConfigError: where both are asked for, or there is none.
        RunError: for a damaged manifest.
    """
    if line["verify"] is None:
        return None
    folder = Path(line["verify"])
    given = [f"--{name}" for name in RUN if line.given(name)]
    require(not given, f"--verify goes without {', '.join(given)}.", verify=folder)
    require(folder.is_dir(), "--verify must be a version folder.", verify=folder)
    manifest.read(folder)
    return folder


def plan(line: CommandLine) -> ExportPlan:
    """The version of a finished run.

    Raises:
        ConfigError: for settings that can't be, or a run that isn't finished.
    """
    line.require("run_dir")
    config = line.make(ExportConfig)
    out = Path(line["out"])
    folder = bundle.check_place(out, line["name"])
    checks.check_writable(out, folder)
    run = RunDir(line["run_dir"])
    require_finished(run)
    checks.check_applied(config.place.applied(), settings.read(run).data)
    return ExportPlan(run, folder, config)
