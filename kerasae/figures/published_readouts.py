"""Readouts of a run beside the published confusion matrices of the experiment that it repeats."""

import dataclasses
from pathlib import Path

import numpy as np

from kerasae import files
from kerasae.config import RunError
from kerasae.data.dataset_name import DatasetName
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.run_dir import RunDir
from kerasae.wording import command

MIN_HEADS = 2  # to be compared with each other


@dataclasses.dataclass(frozen=True)
class PublishedReadouts:
    """Confusion matrices by head, int64 `(classes, classes)`, true × predicted.

    Attributes:
        experiment: Their source.
        ours: Those of the run.
        theirs: The published ones.
    """

    experiment: Experiment
    ours: dict[str, np.ndarray]
    theirs: dict[str, np.ndarray]


def unavailable(run: RunDir) -> str | None:
    """Why a run has nothing to read; None where it has."""
    known = _experiment(run)
    if known is None:
        return f"{run.path} repeats no experiment with published confusion matrices"
    for head in known.published_heads:
        path = _folder(run, known) / f"{head}.json"
        if not path.exists():
            options = f"--run_dir={run.path}", f"--dataset={known.settings['dataset']}"
            return f"{path} is missing; {command('readout', *options)} makes it"
    return None


def read(run: RunDir) -> PublishedReadouts:
    """Reads the readouts with a published confusion matrix.

    Raises:
        RunError: where the run repeats no experiment with such matrices, a
            readout is missing, or one counts other images than the published.
    """
    reason = unavailable(run)
    if reason:
        raise RunError(f"{reason}.")
    known = _experiment(run)
    theirs = {head: np.array(known.confusion(head)) for head in known.published_heads}
    ours = {head: _counts(run, known, head, matrix) for head, matrix in theirs.items()}
    return PublishedReadouts(known, ours, theirs)


def _experiment(run: RunDir) -> Experiment | None:
    """The experiment that the run repeats, where enough heads of it were published."""
    known = experiments.matching(files.read_record(run.config, "settings")["settings"])
    return known if known and len(known.published_heads) >= MIN_HEADS else None


def _folder(run: RunDir, known: Experiment) -> Path:
    """Results on the dataset of the published matrices."""
    return run.readouts / DatasetName.parse(known.settings["dataset"]).path_part


def _counts(run: RunDir, known: Experiment, head: str, theirs: np.ndarray) -> np.ndarray:
    """A readout's confusion matrix, of the images that the published one counts."""
    path = _folder(run, known) / f"{head}.json"
    result = files.read_record(path, "confusion", "classes")
    ours = np.array(result["confusion"])
    if result["classes"] != list(known.classes) or (ours.sum(axis=1) != theirs.sum(axis=1)).any():
        raise RunError(
            f"{path} can't be laid beside the published matrix, which counts all "
            f"{theirs.sum():,} test images of the classes {', '.join(known.classes)}. "
            f"Received: {ours.sum():,} images of {', '.join(result['classes'])}."
        )
    return ours
