"""What came out, in the few sentences that a reader wants first, each with its counts."""

import math
from collections.abc import Iterable, Sequence

from kerasae import names
from kerasae.evaluation import measured
from kerasae.published import experiments
from kerasae.readouts import listing
from kerasae.readouts.listing import ReadoutRow
from kerasae.reporting.numbers import published_accuracy
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record
from kerasae.tables import number
from kerasae.training import checkpoint

# Beside which a readout of the code is laid, the closest one first.
BESIDE = ("untrained", "pca", "pixels")
# Two readouts of the same images differ where they do so by this many standard errors.
ERRORS = 2


def of_run(run: RunDir) -> list[str]:
    """Error beside PCA's and the published one, then readouts beside baselines and published."""
    recorded = record.read(run)
    rows = listing.read(run)
    own = [row for row in rows if row.content == recorded.dataset.content]
    other = [row for row in rows if row.content != recorded.dataset.content]
    return [
        _error(run),
        *_published_error(run),
        *of_readouts(own),
        *_published_accuracies(run, own),
        *of_readouts(other),
    ]


def of_readouts(rows: Sequence[ReadoutRow]) -> list[str]:
    """For each dataset and number of labels, a readout of the code beside baselines."""
    found = {}
    for row in rows:
        if row.baseline is None:
            found.setdefault((row.content, row.labels), []).append(row)
    return [
        _readout(next((row for row in own if _beside(row, rows)), own[0]), rows)
        for own in found.values()
    ]


def _error(run: RunDir) -> str:
    """The reconstruction error, beside that of as many principal components."""
    reached, images = metrics.read(run), record.read(run).test_images
    text = (
        f"Reconstruction of {images:,} test images from {reached.code_size:,} numbers each: mean "
        f"squared error {number(reached.test_mse_per_pixel)} per pixel"
    )
    if "reconstruction" in measured.names(run):
        found = measured.read(run, "reconstruction")
        pca = found.comparison.get("pca", {}).get(names.TEST_MSE_PER_PIXEL)
        if pca is not None and found.settings.get("test images") == f"{images:,}":
            text += f"; by as many principal components (PCA) {number(pca)}"
    return f"{text}. One seed."


def _published_error(run: RunDir) -> list[str]:
    """The training error of the last epoch that was published too."""
    known = experiments.repeated_by(record.read(run))
    theirs = known.training_loss() if known else {}
    ours = {row.epoch: row.mse_per_pixel for row in checkpoint.read_history(run)}
    epoch = max(set(theirs) & set(ours), default=None)
    if epoch is None:
        return []
    return [
        f"Training error, mean over epoch {epoch}: {number(ours[epoch])}; published "
        f"{number(theirs[epoch])} ({known.citation})."
    ]


def _readout(row: ReadoutRow, rows: Iterable[ReadoutRow]) -> str:
    """One readout of the code, and what the same head makes of the baselines."""
    images, accuracy = row.result.test_images, row.result.accuracy
    text = (
        f"{_sentence(row.head)}, of the frozen code: {number(accuracy)} of {images:,} test images "
        f"of {row.dataset} right, learnt from {row.labels:,} labels"
    )
    beside = _beside(row, rows)
    if beside:
        told = [f"{names.title(name)} {number(one)}" for name, one in beside.items()]
        text += f". Beside it, the same readout of: {', '.join(told)}"
        name, reached = next(iter(beside.items()))
        error = math.sqrt((accuracy * (1 - accuracy) + reached * (1 - reached)) / images)
        gap = accuracy - reached
        within = abs(gap) <= ERRORS * error
        verdict = (
            "no difference that so many images show"
            if within
            else ("more than chance" if gap > 0 else "less, by more than chance")
        )
        text += (
            f". Against {names.title(name)}: {number(abs(gap), 4)} "
            f"{'above' if gap >= 0 else 'below'}, {verdict} (two standard errors: "
            f"{number(ERRORS * error, 4)})"
        )
    return f"{text}. One seed."


def _beside(row: ReadoutRow, rows: Iterable[ReadoutRow]) -> dict[str, float]:
    """Accuracies of the same head on baselines, of the same images and labels, by baseline."""
    made_of = row.result.origin
    alike = {
        other.baseline: other.result.accuracy
        for other in rows
        if other.baseline
        and other.result.origin.images.is_same(made_of.images)
        and other.result.origin.readout == made_of.readout
        and other.result.origin.settings == made_of.settings
        and other.labels == row.labels
    }
    return {name: alike[name] for name in BESIDE if name in alike}


def _published_accuracies(run: RunDir, rows: Iterable[ReadoutRow]) -> list[str]:
    """Ours beside the published ones, where they are of as many labels and all classes."""
    known = experiments.repeated_by(record.read(run))
    told = [
        f"{row.head} {number(row.result.accuracy)}, published {number(theirs)}"
        for row in rows
        if (theirs := published_accuracy(row.result, known)) is not None
    ]
    return [_sentence(f"{'; '.join(told)} ({known.citation}).")] if told else []


def _sentence(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]
