"""The tables of a report: every published number beside ours, with the difference.

A table is made from files of the run alone. One whose files aren't there says
which command makes them. A name that isn't in `TABLES` is a measure's.
"""

from collections.abc import Callable

from kerasae import names
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.readouts import listing
from kerasae.readouts.results import HeadResult
from kerasae.reporting import against_published, measure_tables
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record
from kerasae.tables import Difference, Table
from kerasae.training import checkpoint
from kerasae.wording import command

READOUT = "readout"
FEED_FORWARD = "ffn"  # a section of its own in one of the experiments
ZERO_SHOT = "heads of the training set"


def table(run: RunDir, name: str) -> Table:
    """The table of that name, with rows or with the command that makes them."""
    return TABLES[name](run) if name in TABLES else measure_tables.table(run, name)


def _training_loss(run: RunDir) -> Table:
    ours = {row.epoch: row.mse_per_pixel for row in checkpoint.read_history(run)}
    title = "Training error by epoch (MSE per pixel, mean over the epoch)"
    repeated = _repeated(run)
    theirs = repeated.training_loss() if repeated else {}
    if not theirs:
        return Table(title, ("epoch", "ours"), tuple(ours.items()), folded=True)
    rows = tuple(
        (epoch, theirs.get(epoch), mse, _difference(mse, theirs.get(epoch)))
        for epoch, mse in ours.items()
    )
    return Table(title, ("epoch", "published", "ours", "difference"), rows, folded=True)


def _test_metrics(run: RunDir) -> Table:
    reached = metrics.read(run)
    rows = tuple((names.title(name), getattr(reached, name)) for name in reached.units)
    images = record.read(run).test_images
    note = f"Means over {images:,} test images. {names.QUALITY_NOTE}"
    return Table(
        "Reconstruction of the test images", ("measure", "ours"), rows, by_row=True, note=note
    )


def _readouts(run: RunDir, wanted: Callable[[str], bool] = lambda head: True) -> Table:
    """Accuracies of the heads that are wanted, by name."""
    recorded = record.read(run)
    ours = [
        row for row in listing.read(run)
        if row.content == recorded.dataset.content and wanted(row.result.origin.readout)
    ]  # fmt: skip
    images = ", ".join(sorted({f"{row.result.test_images:,}" for row in ours}))
    title = f"Accuracy on the {images} test images, readouts on the frozen code".replace("  ", " ")
    if not ours:
        return Table(title, missing=command(READOUT, f"--run_dir={run.path}"))
    published = [published_accuracy(row.result, _repeated(run)) for row in ours]
    if not any(published):
        rows = tuple((row.readout, row.labels, row.result.accuracy) for row in ours)
        return Table(title, ("readout", listing.LABELS, "ours"), rows)
    rows = tuple(
        (row.readout, row.labels, theirs, row.result.accuracy,
         _difference(row.result.accuracy, theirs))
        for row, theirs in zip(ours, published, strict=True)
    )  # fmt: skip
    columns = ("readout", listing.LABELS, "published", "ours", "difference")
    return Table(title, columns, rows)


def _feed_forward(head: str) -> bool:
    return head == FEED_FORWARD


def published_accuracy(result: HeadResult, repeated: Experiment | None) -> float | None:
    """The published accuracy of the same head on the code, of as many labels and all classes."""
    made_of = result.origin
    comparable = (
        repeated is not None
        and made_of.features == names.CODE
        and made_of.readout in repeated.published_heads
        and result.train_images == repeated.train_images
        and result.classes == made_of.images.classes == tuple(repeated.classes)
    )
    return repeated.accuracy(made_of.readout) if comparable else None


def _transfer(run: RunDir) -> Table:
    recorded = record.read(run)
    rows = tuple(
        (row.dataset, row.readout, row.labels, row.result.accuracy, row.result.zero_shot_accuracy)
        for row in listing.read(run)
        if row.content != recorded.dataset.content
    )
    title = "Accuracy on the test images of other datasets, same frozen encoder"
    if not rows:
        known = experiments.matching(recorded.settings)
        dataset = (known and known.transfer_dataset) or "NAME"
        missing = command(READOUT, f"--run_dir={run.path}", f"--dataset={dataset}")
        return Table(title, missing=missing)
    columns = ("dataset", "readout", listing.LABELS, "trained anew", ZERO_SHOT)
    return Table(title, columns, rows)


def _repeated(run: RunDir) -> Experiment | None:
    """The experiment whose published numbers may stand beside the run's."""
    return experiments.repeated_by(record.read(run))


def _difference(ours: float, theirs: float | None) -> Difference | None:
    return None if theirs is None else Difference(ours - theirs)


TABLES: dict[str, Callable[[RunDir], Table]] = {
    "run": against_published.overview,
    "differences": against_published.differences,
    "training_loss": _training_loss,
    "test_metrics": _test_metrics,
    "readouts": _readouts,
    "feed_forward_readouts": lambda run: _readouts(run, _feed_forward),
    "other_readouts": lambda run: _readouts(run, lambda head: not _feed_forward(head)),
    "transfer": _transfer,
}
