"""Readouts of a run beside the published confusion matrices of the experiment that it repeats."""

import dataclasses

import numpy as np

from kerasae.config import RunError
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.readouts import results
from kerasae.readouts.results import HeadResult
from kerasae.run_dir import RunDir
from kerasae.runs import record
from kerasae.wording import command

MIN_HEADS = 2  # to be compared with each other


@dataclasses.dataclass(frozen=True)
class PublishedReadouts:
    """Confusion matrices by head, int64 `(classes, classes)`, true × predicted.

    Attributes:
        experiment: Their source.
        ours: Those of the run.
        theirs: The published ones.
        labels: Numbers of labels that ours learnt from.
    """

    experiment: Experiment
    ours: dict[str, np.ndarray]
    theirs: dict[str, np.ndarray]
    labels: dict[str, int]


def unavailable(run: RunDir) -> str | None:
    """Why a run has nothing to read; None where it has."""
    known = _experiment(run)
    if known is None:
        return f"{run.path} repeats no experiment with published confusion matrices"
    dataset = known.settings["dataset"]
    for head in known.published_heads:
        if head not in _results(run, known):
            make = command("readout", f"--run_dir={run.path}", f"--dataset={dataset}")
            return f"{head} on {dataset} is missing; {make} makes it"
    return None


def read(run: RunDir) -> PublishedReadouts:
    """Reads the readouts with a published confusion matrix.

    Of a head that was fitted several times, the one of the most labels counts,
    and of as many labels the last one.

    Raises:
        RunError: where the run repeats no experiment with such matrices, a
            readout is missing, or one counts other images than the published.
    """
    reason = unavailable(run)
    if reason:
        raise RunError(f"{reason}.")
    known = _experiment(run)
    found = _results(run, known)
    theirs = {head: np.array(known.confusion(head)) for head in known.published_heads}
    ours = {head: _counts(found[head], known, matrix) for head, matrix in theirs.items()}
    labels = {head: found[head].train_images for head in theirs}
    return PublishedReadouts(known, ours, theirs, labels)


def _experiment(run: RunDir) -> Experiment | None:
    """The experiment that the run repeats, where enough heads of it were published."""
    known = experiments.matching(record.read(run).settings)
    return known if known and len(known.published_heads) >= MIN_HEADS else None


def _results(run: RunDir, known: Experiment) -> dict[str, HeadResult]:
    """By head, the result on the published dataset that counts."""
    found = [
        result for result in results.on_the_code(run) if known.is_own(result.origin.images.dataset)
    ]
    found.sort(key=lambda result: (result.train_images, result.fitted))
    return {result.origin.readout: result for result in found}


def _counts(result: HeadResult, known: Experiment, theirs: np.ndarray) -> np.ndarray:
    """A readout's confusion matrix, of the images that the published one counts."""
    ours = np.array(result.confusion)
    if result.classes != tuple(known.classes) or (ours.sum(axis=1) != theirs.sum(axis=1)).any():
        raise RunError(
            f"{result.origin.readout} on {result.origin.images.dataset} can't be laid beside the "
            f"published matrix, which counts all {theirs.sum():,} test images of the classes "
            f"{', '.join(known.classes)}. "
            f"Received: {ours.sum():,} images of {', '.join(result.classes)}."
        )
    return ours
