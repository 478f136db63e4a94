"""Settings of `transfer`, and what they ask for."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data import sources
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.readouts.config import HEADS, TransferConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks


@dataclasses.dataclass(frozen=True)
class TransferPlan:
    """An exported encoder to be read out.

    Attributes:
        artefact: The encoder.
        trained_on: Its dataset, where it is known.
        run: The directory for results.
        config: What to read out.
    """

    artefact: ArtefactConfig
    trained_on: str | None
    run: RunDir
    config: TransferConfig


def define(line: CommandLine) -> None:
    """Adds the settings of `transfer`."""
    line.add_dataclass("Encoder", ArtefactConfig)
    line.add_path("Results", "out", None, "folder for everything that is found")
    line.add_dataclass("Readout", TransferConfig)
    line.explain("dataset", sources.help_text())
    line.must_be_given("saved_model", "dataset", "out")
    line.add_plugins(HEADS)


def plan(line: CommandLine) -> TransferPlan:
    """The readout of one exported encoder; its directory is made.

    Raises:
        ConfigError: for settings that can't be.
        RunError: for a version folder that was changed.
    """
    config = line.make(TransferConfig, head_configs=line.make_plugin_configs(HEADS.flag))
    artefact, run = line.make(ArtefactConfig), RunDir(line["out"])
    checks.check_applied(config.data)
    trained_on = check.training_dataset(artefact)
    _check_out(run.path)
    return TransferPlan(artefact, trained_on, run, config)


def _check_out(out: Path) -> None:
    """Raises ConfigError for a folder that can't be written or holds a training run."""
    checks.check_writable(out, out)
    require(
        not RunDir(out).holds_a_run,
        "--out must not be a run's directory, which kerasae.readout adds to.",
        out=out,
    )
