"""The tables of a report: every published number beside ours, with the difference.

A table is made from files of the run alone. One whose files aren't there is
None, and the page says which command makes them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from kerasae import files, names, published
from kerasae.cli_flags import command
from kerasae.reporting import against_published, measure_tables
from kerasae.run_dir import RunDir, file_name
from kerasae.tables import Difference, Table
from kerasae.training import history

READOUT = "readout"


def table(run: RunDir, name: str) -> Table:
    """The table of that name, with rows or with the command that makes them."""
    return TABLES[name](run)


def _training_loss(run: RunDir) -> Table:
    ours = {row[names.EPOCH]: row[names.MSE_PER_PIXEL] for row in history.read(run)}
    title = "Training error by epoch, mean squared error per pixel, mean over the epoch"
    if not _repeats_published(run):
        return Table(title, ("epoch", "ours"), tuple(ours.items()))
    theirs = published.training_loss()
    rows = tuple(
        (epoch, theirs.get(epoch), mse, _difference(mse, theirs.get(epoch)))
        for epoch, mse in ours.items()
    )
    return Table(title, ("epoch", "published", "ours", "difference"), rows)


def _reconstruction(run: RunDir) -> Table:
    metrics = files.read_json(run.metrics)
    rows = tuple((unit, metrics[name]) for name, unit in metrics["units"].items())
    return Table("Reconstruction of the test images", ("measure", "ours"), rows)


def _own_folder(run: RunDir) -> str:
    """Where `readouts/` has the results on the run's own dataset."""
    return file_name(files.read_json(run.config)["settings"]["data"]["dataset"])


def _repeats_published(run: RunDir) -> bool:
    return published.repeated_by(files.read_json(run.config))


def _results(run: RunDir, own: bool) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Folder, head and result on the run's own dataset, or on all others."""
    for path in sorted(run.readouts.glob("*/*.json")):
        folder = path.parent.name
        if (folder == _own_folder(run)) == own and path.stem != "baselines":
            yield folder, path.stem, files.read_record(path, "dataset", "accuracy", "classes")


def _readouts(run: RunDir) -> Table:
    title = "Accuracy on the test images, readouts on the frozen code"
    results = {head: result for _, head, result in _results(run, own=True)}
    if not results:
        return Table(title, missing=command(READOUT, f"--run_dir={run.path}"))
    rows = [(f"{head} readout", result["accuracy"]) for head, result in results.items()]
    rows += [
        (f"{baseline}, {head} readout", accuracy)
        for baseline, head, accuracy in baselines(run, _own_folder(run))
    ]
    if not (
        _repeats_published(run) and all(len(result["classes"]) == 10 for result in results.values())
    ):
        return Table(title, ("readout", "ours"), tuple(rows))
    known = {f"{head} readout": accuracy for head, accuracy in _published_accuracy().items()}
    return Table(
        title,
        ("readout", "published", "ours", "difference"),
        tuple((name, known.get(name), ours, _difference(ours, known.get(name)))
              for name, ours in rows),
    )  # fmt: skip


def _transfer(run: RunDir) -> Table:
    title = "Accuracy on the test images of other datasets, same frozen encoder"
    results = list(_results(run, own=False))
    if not results:
        made_by = command(READOUT, f"--run_dir={run.path}", "--dataset=fashion_mnist")
        return Table(title, missing=made_by)
    rows = [
        (result["dataset"], f"{head} readout", result["accuracy"], result.get("as_is_accuracy"))
        for _, head, result in results
    ]
    # A folder is named as the dataset was typed, a result as TFDS calls it, with its version.
    datasets = {folder: result["dataset"] for folder, _, result in results}
    rows += [
        (dataset, f"{baseline}, {head} readout", accuracy, None)
        for folder, dataset in datasets.items()
        for baseline, head, accuracy in baselines(run, folder)
    ]
    return Table(
        title, ("dataset", "readout", "trained anew", "own heads as they are"), tuple(rows)
    )


def baselines(run: RunDir, folder: str) -> Iterator[tuple[str, str, float]]:
    """Baseline, head and accuracy of what `readouts/<folder>/baselines.json` holds."""
    path = run.readouts / folder / "baselines.json"
    if path.exists():
        for baseline, by_head in files.read_json(path)["accuracy"].items():
            for head, accuracy in by_head.items():
                yield baseline, head, accuracy


def _published_accuracy() -> dict[str, float]:
    """Share of the diagonal in each published confusion matrix."""
    matrices = {head: published.confusion(head) for head in published.HEADS}
    return {
        head: sum(row[digit] for digit, row in enumerate(matrix)) / sum(map(sum, matrix))
        for head, matrix in matrices.items()
    }


def _difference(ours: float, theirs: float | None) -> Difference | None:
    return None if theirs is None else Difference(ours - theirs)


TABLES: dict[str, Callable[[RunDir], Table]] = {
    "run": against_published.overview,
    "differences": against_published.differences,
    "training_loss": _training_loss,
    "reconstruction": _reconstruction,
    "readouts": _readouts,
    "transfer": _transfer,
    **measure_tables.TABLES,
}
