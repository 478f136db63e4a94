"""Records that a test makes or changes, written by the code that writes them in life."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasae import files, records, run_flags
from kerasae.data.spec import DatasetSpec
from kerasae.readouts import results
from kerasae.readouts.origin import Images, Origin
from kerasae.readouts.results import HeadResult
from kerasae.run_dir import RunDir
from kerasae.runs import metrics, record, settings
from kerasae.runs.metrics import Metrics
from kerasae.runs.record import RunRecord
from kerasae.training import checkpoint, history
from kerasae.training.checkpoint import Progress
from kerasae.training.history import Row

TEN = tuple("0123456789")


def seal(path: Path, content: dict[str, Any]) -> None:
    """Writes any JSON object as a record that nobody changed since."""
    content = {name: value for name, value in content.items() if name != records.DIGEST}
    files.write_json(path, content | {records.DIGEST: records.digest(content)})


def change_run(run: RunDir, **facts: Any) -> None:
    """Changes facts of a run's record."""
    record.write(run, dataclasses.replace(record.read(run), **facts))


def change_settings(run: RunDir, group: str, **values: Any) -> None:
    """Changes settings of one group in a run's record."""
    stored = record.read(run).settings
    change_run(run, settings={**stored, group: {**stored[group], **values}})


def change_metrics(run: RunDir, **numbers: Any) -> None:
    """Changes numbers of a finished run."""
    metrics.write(run, dataclasses.replace(metrics.read(run), **numbers))


def spec(name: str = "mnist:3.0.1", classes: tuple[str, ...] | None = TEN) -> DatasetSpec:
    """Facts about a dataset that nobody opens; its content is its name."""
    return DatasetSpec(
        name=name,
        image_shape=(28, 28, 1),
        classes=classes,
        splits={"train": "train", "test": "test"},
        sizes={"train": 60_000, "test": 10_000},
        default_image_size=None,
        licence="CC0",
        citation="nobody",
        content=f"content of {name}",
    )


def run_record(flags: Sequence[str] = (), **facts: Any) -> RunRecord:
    """The record of a run of some settings."""
    usual = {
        "kerasae": "0",
        "settings": settings.to_json(run_flags.parse(list(flags))),
        "dataset": spec(),
        "classes": TEN,
        "image_shape": (28, 28, 1),
        "train_images": 60_000,
        "validation_images": 0,
        "test_images": 10_000,
        "images_in_memory": True,
    }
    return RunRecord(**usual | facts)


def write_run(run: RunDir, flags: Sequence[str] = (), **facts: Any) -> None:
    """Writes the record of a run of some settings."""
    record.write(run, run_record(flags, **facts))


def write_metrics(run: RunDir, **numbers: Any) -> None:
    """Writes the metrics of a run."""
    usual = {
        "parameters": 10_663,
        "multiply_adds": 5,
        "code_size": 200,
        "test_mse_per_pixel": 0.01,
        "test_psnr_db": 20.0,
        "test_ssim": 0.9,
        "input_wait_fraction": 0.1,
        "epochs": 300,
        "best_epoch": 300,
        "evaluated": "model.keras",
        "train_mse_per_pixel": 0.01,
        "train_seconds": 125.0,
        "units": {"test_mse_per_pixel": "mean squared error per pixel"},
    }
    metrics.write(run, Metrics(**usual | numbers))


def write_readout(
    run: RunDir,
    dataset: DatasetSpec,
    head: str,
    accuracy: float | None = None,
    confusion: Any = None,
    **more: Any,
) -> HeadResult:
    """Writes the result of a head that was never fitted.

    Args:
        run: The directory.
        dataset: The dataset.
        head: Name of the head.
        accuracy: Its accuracy; that of the confusion matrix where None.
        confusion: Its confusion matrix; of one image where None.
        **more: Other fields of its `Origin`, its `Images` and its `HeadResult`.
    """
    counts = np.eye(len(dataset.classes), dtype=int) if confusion is None else np.array(confusion)
    right, true, predicted = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    images = Images(
        dataset=dataset.name,
        content=dataset.content,
        classes=more.pop("kept", dataset.classes),
        max_examples=more.pop("max_examples", None),
        image_size=(28, 28),
    )
    origin = Origin(
        images,
        more.pop("features_of", "code"),
        head,
        more.pop("options", {}),
        more.pop("seed", 0),
    )
    usual = {
        "encoder_trained_on": "mnist",
        "accuracy": float(right.sum() / counts.sum()) if accuracy is None else accuracy,
        "classes": dataset.classes,
        "precision": tuple((right / np.maximum(predicted, 1)).tolist()),
        "recall": tuple((right / np.maximum(true, 1)).tolist()),
        "confusion": tuple(map(tuple, counts.tolist())),
        "train_images": 60_000,
        "test_images": int(counts.sum()),
        "features": 49,
        "seconds": 0.5,
        "fitted": results.now(),
        "settings": {},
    }
    return results.write(run, HeadResult(origin=origin, **usual | more), None)


def head_result(run: RunDir, head: str, dataset: str = "digits", place: str = "") -> HeadResult:
    """The one result of a head in `readouts/<dataset>/<place>/` of a run."""
    (path,) = (run.readouts / dataset / place).glob(f"{head}-*/{results.RESULT}")
    return records.read(path, HeadResult)


def head_path(run: RunDir, head: str, dataset: str = "digits") -> Path:
    """The file of the one head of that name."""
    (path,) = (run.readouts / dataset).glob(f"{head}-*/head.*")
    return path


def kept_codes(folder: Path) -> dict[int, np.ndarray]:
    """The arrays in a folder of codes, by their numbers of images."""
    found = [np.load(path, allow_pickle=False) for path in folder.glob("*.npy")]
    return {len(array): array for array in found}


def write_history(run: RunDir, rows: Sequence[Row]) -> None:
    """Writes a run's history, and a checkpoint of its last epoch, of a model that does nothing."""
    history.write(run, rows)
    image = keras.Input((1,))
    nothing = keras.Model(image, keras.layers.Identity()(image))
    checkpoint.save(run.model, nothing, Progress("", tuple(rows)))
