"""Settings of `encode`, and what they ask for."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data import sources
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, settings
from kerasae.runs.guard import require_finished


@dataclasses.dataclass(frozen=True)
class EncodingPlan:
    """A dataset to be encoded.

    Attributes:
        run: The finished run whose encoder is applied; None where an exported one is.
        artefact: The exported encoder, where `run` is None.
        trained_on: Its dataset, where it is known.
        data: The dataset.
        out: The file to write.
    """

    run: RunDir | None
    artefact: ArtefactConfig
    trained_on: str | None
    data: AppliedDataConfig
    out: Path


def define(line: CommandLine) -> None:
    """Adds the settings of `encode`."""
    line.add_path("Run", "run_dir", None, "a finished run", "required without --saved_model")
    line.add_path("Run", "out", "codes.npz", "the file to write; an older one is replaced")
    line.add_dataclass("Encoder", ArtefactConfig)
    line.add_dataclass("Data", AppliedDataConfig)
    own = "the run's own; required with --saved_model"
    line.explain("dataset", sources.help_text(), own)


def plan(line: CommandLine) -> EncodingPlan:
    """The dataset, an encoder that is there, and a file that can be written.

    Raises:
        ConfigError: for settings that can't be, or a run that isn't finished.
        RunError: for a version folder that was changed.
    """
    run_dir, saved_model, dataset = line["run_dir"], line["saved_model"], line["dataset"]
    require(
        (run_dir is None) != (saved_model is None),
        "--run_dir must be given, or --saved_model in its place.",
        run_dir=run_dir,
        saved_model=saved_model,
    )
    artefact, applied = line.make(ArtefactConfig), line.make(AppliedDataConfig)
    out = Path(line["out"])
    require(out.suffix == ".npz", "--out must end in .npz.", out=out)
    require(not out.exists() or out.is_file(), "--out must be a file.", out=out)
    checks.check_writable(out, out.parent)
    run, trained_on = None, None
    if saved_model is None:
        run = RunDir(run_dir)
        require_finished(run)
        checks.check_applied(applied, settings.read(run).data)
    else:
        require(dataset is not None, "--dataset must be given with --saved_model.", dataset=dataset)
        checks.check_applied(applied)
        trained_on = check.training_dataset(artefact)
    return EncodingPlan(run, artefact, trained_on, applied, out)
