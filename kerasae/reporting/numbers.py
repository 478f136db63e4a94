"""The tables of a report: every published number beside ours, with the difference.

A table is made from files of the run alone. One whose files aren't there is
None, and the page says which command makes them.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from kerasae import published
from kerasae import run_dir as files
from kerasae.cli_flags import command, duration
from kerasae.run_dir import RunDir, file_name
from kerasae.training import history

READOUT, EVALUATE = "readout", "evaluate"


class Difference(float):
    """Ours minus the published number; shown with its sign."""


class Score(float):
    """Compared with close neighbours over decades; shown with four significant digits."""


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows under a heading.

    Attributes:
        title: What the numbers are, with their unit.
        columns: Headings of the columns.
        rows: Cells; numbers are formatted where they are shown.
        missing: Instead of rows, the command that makes them.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    missing: str | None = None


def table(run: RunDir, name: str) -> Table:
    """The table of that name, with rows or with the command that makes them."""
    return TABLES[name](run)


def _run(run: RunDir) -> Table:
    config, metrics = files.read_json(run.config), files.read_json(run.metrics)
    height, width, channels = config["image_shape"]
    rows = (
        ("dataset", config["dataset"]["name"]),
        ("classes", ", ".join(config["classes"]) if config["classes"] else "no labels"),
        ("training images", config["train_images"]),
        ("test images", config["test_images"]),
        ("image", f"{height}x{width}x{channels}"),
        ("parameters", metrics["parameters"]),
        ("multiply-adds an image", metrics.get("multiply_adds")),
        ("code", metrics["code_size"]),
        ("epochs", metrics["epochs"]),
        ("training time", duration(metrics["train_seconds"])),
        ("share of the time spent waiting for data", metrics["input_wait_fraction"]),
    )
    return Table("The run", ("", ""), rows)


def _training_loss(run: RunDir) -> Table:
    ours = {row[history.EPOCH]: row[history.MSE] for row in history.read(run)}
    theirs = published.training_loss()
    rows = tuple(
        (epoch, theirs.get(epoch), mse, _difference(mse, theirs.get(epoch)))
        for epoch, mse in ours.items()
    )
    return Table(
        "Training error by epoch, mean squared error per pixel, mean over the epoch",
        ("epoch", "published", "ours", "difference"),
        rows,
    )


def _reconstruction(run: RunDir) -> Table:
    metrics = files.read_json(run.metrics)
    rows = tuple((unit, metrics[name]) for name, unit in metrics["units"].items())
    return Table("Reconstruction of the test images", ("measure", "ours"), rows)


def _own_dataset(run: RunDir) -> str:
    return files.read_json(run.config)["settings"]["data"]["dataset"]


def _results(run: RunDir, own: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Results of heads on the run's own dataset, or on all others."""
    dataset = file_name(_own_dataset(run))
    for path in sorted(run.readouts.glob("*/*.json")):
        if (path.parent.name == dataset) == own and path.stem != "baselines":
            yield path.stem, files.read_json(path)


def _readouts(run: RunDir) -> Table:
    title = "Accuracy on the test images, readouts on the frozen code"
    results = dict(_results(run, own=True))
    if not results:
        return Table(title, missing=command(READOUT, f"--run_dir={run.path}"))
    known = _published_accuracy() if _own_dataset(run).split(":")[0] == "mnist" else {}
    ten = all(len(result["classes"]) == 10 for result in results.values())
    rows = [
        (f"{head} readout", known.get(head) if ten else None, result["accuracy"])
        for head, result in results.items()
    ]
    rows += [
        (f"{baseline}, {head} readout", None, accuracy)
        for baseline, head, accuracy in baselines(run, file_name(_own_dataset(run)))
    ]
    return Table(
        title,
        ("readout", "published", "ours", "difference"),
        tuple((*row, _difference(row[2], row[1])) for row in rows),
    )


def _transfer(run: RunDir) -> Table:
    title = "Accuracy on the test images of other datasets, same frozen encoder"
    results = list(_results(run, own=False))
    if not results:
        made_by = command(READOUT, f"--run_dir={run.path}", "--dataset=fashion_mnist")
        return Table(title, missing=made_by)
    rows = [
        (result["dataset"], f"{head} readout", result["accuracy"], result.get("as_is_accuracy"))
        for head, result in results
    ]
    for dataset in sorted({result["dataset"] for _, result in results}):
        folder = file_name(dataset.split(":")[0])
        rows += [
            (dataset, f"{baseline}, {head} readout", accuracy, None)
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


def _measure(name: str, title: str) -> Callable[[RunDir], Table]:
    """A table of one measure's summary."""

    def make(run: RunDir) -> Table:
        path = run.evaluation / f"{name}.json"
        if not path.exists():
            made_by = command(EVALUATE, f"--run_dir={run.path}", f"--measures={name}")
            return Table(title, missing=made_by)
        summary = files.read_json(path)["summary"]
        rows = tuple((key.replace("_", " "), value) for key, value in summary.items())
        return Table(title, ("measure", "ours"), rows)

    return make


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
    "run": _run,
    "training_loss": _training_loss,
    "reconstruction": _reconstruction,
    "readouts": _readouts,
    "transfer": _transfer,
    "noise": _measure("noise", "Noise: level at which accuracy is half-way to chance"),
    "attack": _measure("attack", "Gradient-sign attack"),
    "clustering": _measure("clustering", "Agreement of clustered codes with the labels"),
    "anomaly": _measure("anomaly", "Telling strange images by their reconstruction error"),
}
