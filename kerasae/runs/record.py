"""`config.json`: what a run is, written before its first step, and read by all that comes after."""

import dataclasses
from typing import Any

from kerasae import records
from kerasae.config import ConfigError
from kerasae.data.spec import DatasetSpec
from kerasae.run_dir import RunDir


@dataclasses.dataclass(frozen=True)
class InitialWeights:
    """Weights that a run began with.

    Attributes:
        path: The file that held them.
        content: Digest of the weights alone.
    """

    path: str
    content: str


@dataclasses.dataclass(frozen=True)
class RunRecord:
    """What a run is.

    Attributes:
        kerasae: Version that began it.
        settings: Every setting by group, see `settings.to_json`.
        dataset: Facts about its dataset, with the digest of what that holds.
        classes: Names of the classes that were kept; None without labels.
        image_shape: `(height, width, channels)`.
        train_images: How many it is trained on.
        validation_images: How many are held out of training.
        test_images: How many it is tested on.
        images_in_memory: Whether they were decoded once, or in every epoch.
        initial: Weights that it began with; None for random ones.
    """

    kerasae: str
    settings: dict[str, Any]
    dataset: DatasetSpec
    classes: tuple[str, ...] | None
    image_shape: tuple[int, int, int]
    train_images: int
    validation_images: int
    test_images: int
    images_in_memory: bool
    initial: InitialWeights | None = None


def write(run: RunDir, record: RunRecord) -> None:
    """Writes `config.json`."""
    records.write(run.config, record)


def read(run: RunDir) -> RunRecord:
    """Reads `config.json`.

    Raises:
        RunError: where it is missing, damaged, changed, or of another version of kerasae.
    """
    return records.read(run.config, RunRecord)


# To whoever names other images than a run's own.
ELSEWHERE = "--data_dir names their folder, and --dataset a file or folder that was moved."


def require_same_to_go_on(run: RunDir, found: DatasetSpec) -> None:
    """Refuses to go on with a run on images that it wasn't begun with; as `require_same_images`."""
    advice = f"--resume goes on with the same images only. {ELSEWHERE}"
    require_same_images(run, read(run), found, advice)


def require_same_images(run: RunDir, record: RunRecord, found: DatasetSpec, advice: str) -> None:
    """Refuses other images than a run's own, whatever they are called.

    Args:
        run: The run.
        record: Its record.
        found: Facts about the images that are there now.
        advice: What to do, a sentence.

    Raises:
        ConfigError: with both contents.
    """
    if found.content != record.dataset.content:
        raise ConfigError(
            f"The run in {run.path} is of other images than there are now: {record.dataset.name} "
            f"with the content {record.dataset.content}, now {found.name} with {found.content}. "
            f"{advice}"
        )
