"""The tables of a report: every published number beside ours, with the difference.

A table is made from files of the run alone. One whose files aren't there says
which command makes them. A name that isn't in `TABLES` is a measure's.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kerasae import files
from kerasae.data.dataset_name import DatasetName
from kerasae.published import experiments
from kerasae.published.experiment import Experiment
from kerasae.reporting import against_published, measure_tables
from kerasae.run_dir import RunDir
from kerasae.tables import Difference, Table
from kerasae.training import checkpoint
from kerasae.wording import command

READOUT = "readout"
BASELINES = "baselines"


def table(run: RunDir, name: str) -> Table:
    """The table of that name, with rows or with the command that makes them."""
    return TABLES[name](run) if name in TABLES else measure_tables.table(run, name)


def _training_loss(run: RunDir) -> Table:
    ours = {row.epoch: row.mse_per_pixel for row in checkpoint.read_history(run)}
    title = "Training error by epoch, mean squared error per pixel, mean over the epoch"
    repeated = _repeated(run)
    theirs = repeated.training_loss() if repeated else {}
    if not theirs:
        return Table(title, ("epoch", "ours"), tuple(ours.items()))
    rows = tuple(
        (epoch, theirs.get(epoch), mse, _difference(mse, theirs.get(epoch)))
        for epoch, mse in ours.items()
    )
    return Table(title, ("epoch", "published", "ours", "difference"), rows)


def _test_metrics(run: RunDir) -> Table:
    metrics = files.read_json(run.metrics)
    rows = tuple((unit, metrics[name]) for name, unit in metrics["units"].items())
    return Table("Reconstruction of the test images", ("measure", "ours"), rows)


def _readouts(run: RunDir) -> Table:
    title = "Accuracy on the test images, readouts on the frozen code"
    folder = _own_folder(run)
    results = _results(folder)
    if not results:
        return Table(title, missing=command(READOUT, f"--run_dir={run.path}"))
    ours = [(f"{head} readout", result["accuracy"]) for head, result in results.items()]
    ours += [(name, accuracy) for name, accuracy in baselines(folder)]
    repeated = _repeated(run)
    comparable = repeated and all(
        result["classes"] == list(repeated.classes) for result in results.values()
    )
    theirs = {
        f"{head} readout": repeated.accuracy(head)
        for head in (repeated.published_heads if comparable else ())
    }
    if not theirs:
        return Table(title, ("readout", "ours"), tuple(ours))
    rows = tuple(
        (name, theirs.get(name), accuracy, _difference(accuracy, theirs.get(name)))
        for name, accuracy in ours
    )
    return Table(title, ("readout", "published", "ours", "difference"), rows)


def _transfer(run: RunDir) -> Table:
    others = [folder for folder in _folders(run) if folder != _own_folder(run)]
    rows = tuple(accuracies(others))
    title = "Accuracy on the test images of other datasets, same frozen encoder"
    if not rows:
        settings = files.read_record(run.config, "settings")["settings"]
        known = experiments.matching(settings)
        dataset = (known and known.transfer_dataset) or "NAME"
        missing = command(READOUT, f"--run_dir={run.path}", f"--dataset={dataset}")
        return Table(title, missing=missing)
    return Table(title, ("dataset", "readout", "trained anew", "heads of the training set"), rows)


def accuracies(folders: Iterable[Path]) -> Iterator[tuple[str, str, float, float | None]]:
    """Dataset, readout, accuracy and accuracy without training anew; heads, then baselines.

    Args:
        folders: Folders in `readouts/`. They are named as a dataset was typed;
            a row has the name that the results record, with its version.
    """
    found = {folder: _results(folder) for folder in folders}
    for results in found.values():
        for head, result in results.items():
            yield (
                result["dataset"], f"{head} readout", result["accuracy"],
                result.get("zero_shot_accuracy"),
            )  # fmt: skip
    for folder, results in found.items():
        recorded = next((result["dataset"] for result in results.values()), folder.name)
        for name, accuracy in baselines(folder):
            yield recorded, name, accuracy, None


def baselines(folder: Path) -> Iterator[tuple[str, float]]:
    """Name and accuracy of every baseline's readout in `baselines.json`, where there is one."""
    path = folder / f"{BASELINES}.json"
    if path.exists():
        for baseline, by_head in files.read_record(path, "accuracy")["accuracy"].items():
            for head, accuracy in by_head.items():
                yield f"{baseline}, {head} readout", accuracy


def _folders(run: RunDir) -> list[Path]:
    """The folders of `readouts/` with results, a dataset each."""
    return sorted({path.parent for path in run.readouts.glob("*/*.json")})


def _own_folder(run: RunDir) -> Path:
    """The folder of `readouts/` with the results on the run's own dataset."""
    dataset = files.read_json(run.config)["settings"]["data"]["dataset"]
    return run.readouts / DatasetName.parse(dataset).path_part


def _results(folder: Path) -> dict[str, dict[str, Any]]:
    """Result by head, as far as the folder has any."""
    return {
        path.stem: files.read_record(path, "dataset", "accuracy", "classes")
        for path in sorted(folder.glob("*.json"))
        if path.stem != BASELINES
    }


def _repeated(run: RunDir) -> Experiment | None:
    """The experiment whose published numbers may stand beside the run's."""
    return experiments.repeated_by(files.read_json(run.config))


def _difference(ours: float, theirs: float | None) -> Difference | None:
    return None if theirs is None else Difference(ours - theirs)


TABLES: dict[str, Callable[[RunDir], Table]] = {
    "run": against_published.overview,
    "differences": against_published.differences,
    "training_loss": _training_loss,
    "test_metrics": _test_metrics,
    "readouts": _readouts,
    "transfer": _transfer,
}
