"""Settings of `encode`, and what they ask for."""

import dataclasses
from pathlib import Path

from kerasae.cli_flags import CommandLine
from kerasae.config import require
from kerasae.data import sources
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.encoding import guard
from kerasae.encoding.config import EncodingConfig, EncodingInput
from kerasae.exporting.artefact import check
from kerasae.exporting.artefact.config import ArtefactConfig
from kerasae.run_dir import RunDir
from kerasae.runs import checks, settings
from kerasae.runs.guard import require_finished
from kerasae.workers.config import WorkersConfig

FILE = ".npz"
# Endings of what is a folder.
FOLDERS = ("", ".parquet")


@dataclasses.dataclass(frozen=True)
class EncodingPlan:
    """A dataset to be encoded.

    Attributes:
        given: The encoder and the dataset.
        config: How.
        workers: Who does it.
        out: The file or folder to write.
        resume: Whether parts that are there already may stay.
    """

    given: EncodingInput
    config: EncodingConfig
    workers: WorkersConfig
    out: Path
    resume: bool

    @property
    def is_file(self) -> bool:
        """Whether all goes into one file."""
        return self.out.suffix == FILE


def define(line: CommandLine) -> None:
    """Adds the settings of `encode`."""
    line.add_path("Run", "run_dir", None, "a finished run", "required without --saved_model")
    line.add_path("Run", "out", "codes.npz", "an .npz file, of which an older one is replaced; or "
                  "a folder, for a Parquet file of each part, in memory that doesn't grow with the "
                  "dataset")  # fmt: skip
    line.add("Run", "resume", bool, False, "make the parts that a folder in --out lacks, or that "
             "are damaged")  # fmt: skip
    line.add_dataclass("Run", EncodingConfig)
    line.add_dataclass("Workers", WorkersConfig)
    line.explain("workers", "encode so many parts at a time, each worker in a process of its own; "
                 "1 encodes them in this process")  # fmt: skip
    line.add_dataclass("Encoder", ArtefactConfig)
    line.add_dataclass("Data", AppliedDataConfig)
    own = "the run's own; required with --saved_model"
    line.explain("dataset", sources.help_text(), own)
    line.explain("memory_budget_mb", "read the arrays of an npz or csv dataset into memory up to "
                 "this many MiB; beyond, from a file. Of decoded images none is kept")  # fmt: skip
    line.explain("disk_budget_mb", "decides nothing here: each image is decoded once")


def plan(line: CommandLine) -> EncodingPlan:
    """The dataset, an encoder that is there, and a place that can be written.

    Raises:
        ConfigError: for settings that can't be, a run that isn't finished, or a folder with parts.
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
    config, workers, out = line.make(EncodingConfig), line.make(WorkersConfig), Path(line["out"])
    workers.check()
    require(
        workers.ray is None or saved_model is not None,
        "--ray goes with --saved_model, which is sent to the nodes. kerasae.export makes one.",
        ray=workers.ray,
    )
    _check_out(out, line["resume"])
    run, trained_on = None, None
    if saved_model is None:
        run = RunDir(run_dir)
        require_finished(run)
        checks.check_applied(applied, settings.read(run).data)
    else:
        require(dataset is not None, "--dataset must be given with --saved_model.", dataset=dataset)
        checks.check_applied(applied)
        trained_on = check.training_dataset(artefact)
    given = EncodingInput(run, artefact, trained_on, applied)
    return EncodingPlan(given, config, workers, out, line["resume"])


def _check_out(out: Path, resume: bool) -> None:
    """Refuses a place that can't be written, or holds something else."""
    if out.suffix == FILE:
        require(not out.exists() or out.is_file(), "--out must be a file.", out=out)
        require(not resume, "--resume goes with a folder in --out.", out=out)
        checks.check_writable(out, out.parent)
        return
    require(
        out.suffix in FOLDERS or out.is_dir(),
        "--out must end in .npz, or be a folder.",
        out=out,
    )
    require(not out.exists() or out.is_dir(), "--out must be a folder.", out=out)
    checks.check_writable(out, out)
    guard.require_free(out, resume)
