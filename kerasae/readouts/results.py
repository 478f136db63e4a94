"""What readouts reached, and the folders that hold it, one for each origin.

| folder in `readouts/<dataset>/` | holds |
|---|---|
| `<head>-<key>/` | a head on the code: `result.json`, and the head itself |
| `layers/<layer>/<head>-<key>/` | a head on another layer |
| `baselines/<baseline>/<head>-<key>/` | what a head reached on a baseline: `result.json` alone |
| `by_layer-<key>/`, `label_efficiency-<key>/` | accuracies over layers, over labels: see `curves` |

The key is made of everything that decides the numbers, see `Origin`. So no
result takes the place of another one's, and a folder is replaced as a whole by
the same thing made again.
"""

import dataclasses
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kerasae import files, names, records, registry
from kerasae.config import RunError
from kerasae.data.dataset_name import DatasetName
from kerasae.readouts.origin import BASELINES, LAYERS, Images, Origin
from kerasae.readouts.readout import Readout
from kerasae.run_dir import RunDir

ACCURACY = "accuracy"
RESULT = "result.json"


@dataclasses.dataclass(frozen=True)
class HeadFile:
    """The head itself, beside its result.

    Attributes:
        name: The file's.
        sha256: Of its bytes.
    """

    name: str
    sha256: str


@dataclasses.dataclass(frozen=True)
class HeadResult:
    """What a head reached on the test images.

    Attributes:
        origin: What it was made of.
        encoder_trained_on: The dataset that the encoder was trained on; None where unknown.
        accuracy: Share of the test images that it classifies correctly.
        classes: Names of the dataset's classes, indexed by label.
        precision: By class; 0 where undefined.
        recall: By class; 0 where undefined.
        confusion: Numbers of test images: true class × predicted class.
        train_images: Labels that it learnt from.
        test_images: How many it was tested on.
        features: Numbers that it sees of an image.
        seconds: Of the fit.
        fitted: When, UTC.
        settings: How it was made, with what the fit itself found.
        zero_shot_accuracy: Of a head of the training set on this dataset, without any training
            here; None where there is none.
        head: The head's file; None for a baseline's, which isn't kept.
    """

    origin: Origin
    encoder_trained_on: str | None
    accuracy: float
    classes: tuple[str, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    train_images: int
    test_images: int
    features: int
    seconds: float
    fitted: str
    settings: dict[str, Any]
    zero_shot_accuracy: float | None = None
    head: HeadFile | None = None


def now() -> str:
    """The time for `HeadResult.fitted`."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="microseconds")


def folder_of(run: RunDir, origin: Origin) -> Path:
    """The folder of a result."""
    dataset = run.readouts / DatasetName.parse(origin.images.dataset).path_part
    place = dataset if origin.features == names.CODE else dataset / origin.features
    return place / f"{origin.readout}-{origin.key}"


def is_there(run: RunDir, origin: Origin) -> bool:
    """Whether a run holds the result of a head with this origin."""
    return (folder_of(run, origin) / RESULT).exists()


def write(run: RunDir, result: HeadResult, readout: Readout | None) -> HeadResult:
    """Writes a result with its head, both or none.

    Args:
        run: The directory.
        result: Without its `head`.
        readout: The head; None where it isn't kept.

    Returns:
        The result as it was written.
    """
    with files.atomic_path(folder_of(run, result.origin)) as new:
        new.mkdir()
        if readout is not None:
            plugin = registry.load(registry.HEADS, result.origin.readout, "--heads")
            path = new / f"head{plugin.SUFFIX}"
            readout.save(path)
            head = HeadFile(path.name, files.checksum(path))
            result = dataclasses.replace(result, head=head)
        records.write(new / RESULT, result)
    return result


def read(run: RunDir, origin: Origin) -> HeadResult:
    """Reads a result.

    Raises:
        RunError: where it is missing, damaged or changed.
    """
    return _read(folder_of(run, origin) / RESULT)


def on_the_code(run: RunDir) -> list[HeadResult]:
    """Results of every head on the code, by dataset, then by head, the most labels first."""
    return _sorted(run.readouts.glob(f"*/*/{RESULT}"))


def on_layers(run: RunDir) -> list[HeadResult]:
    """As `on_the_code`, on other layers."""
    return _sorted(run.readouts.glob(f"*/{LAYERS}/*/*/{RESULT}"))


def on_baselines(run: RunDir) -> list[HeadResult]:
    """As `on_the_code`, on the baselines' features."""
    return _sorted(run.readouts.glob(f"*/{BASELINES}/*/*/{RESULT}"))


def newest(results: Iterable[HeadResult], images: Images) -> dict[str, HeadResult]:
    """By head, the result on these images that was fitted last."""
    on_them = [result for result in results if result.origin.images.is_same(images)]
    in_order = sorted(on_them, key=lambda result: result.fitted)
    return {result.origin.readout: result for result in in_order}


def load_head(run: RunDir, result: HeadResult) -> Readout:
    """Loads the head of a result.

    Raises:
        RunError: where it is missing, damaged, or not the one that the result is of.
    """
    folder = folder_of(run, result.origin)
    if result.head is None:
        raise RunError(f"{folder / RESULT} is of a head that isn't kept.")
    path = folder / result.head.name
    if files.checksum(path) != result.head.sha256:
        raise RunError(
            f"{path} is not the head that {RESULT} beside it is of: it was changed. "
            "kerasae.readout fits it anew."
        )
    return registry.load(registry.HEADS, result.origin.readout, "--heads").load(path)


def _sorted(paths: Iterable[Path]) -> list[HeadResult]:
    found = [_read(path) for path in paths]
    return sorted(
        found,
        key=lambda result: (
            result.origin.images.dataset, result.origin.images.content, result.origin.features,
            result.origin.readout, -result.train_images, result.origin.seed, result.origin.key,
        ),
    )  # fmt: skip


def _read(path: Path) -> HeadResult:
    """Reads a result; one that lies in another's folder is damaged."""
    try:
        result = records.read(path, HeadResult)
    except RunError as error:
        raise RunError(
            f"{error} kerasae.readout makes it anew; its folder may also be deleted."
        ) from None
    if path.parent.name != f"{result.origin.readout}-{result.origin.key}":
        raise RunError(f"{path} is damaged: it is the result of {result.origin.readout}.")
    return result
