"""Prepares a TFDS dataset that was published as IDX files from such files, without a network.

TFDS's own builder says how many images each split has and writes the files, so the result is
what its download would have made; only the reading of the IDX files is ours, which checks them.
Records are those of any other machine but for the order of their fields, which is protobuf's.
"""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from kerasae import files
from kerasae.config import RunError, require
from kerasae.data import damage, idx
from kerasae.data.dataset_name import DatasetName

logger = logging.getLogger(__name__)
PUBLISHED = "mnist, fashion_mnist, kmnist, emnist/balanced, emnist/letters and the like"


def prepare(builder: Any, name: DatasetName, folder: Path, place: Path) -> None:
    """Prepares the dataset of a builder.

    Args:
        builder: Of TFDS.
        name: The dataset's name, for messages.
        folder: The folder of datasets that it goes to.
        place: The IDX files, see `idx.find`.

    Raises:
        ConfigError: for a dataset that wasn't published so, that is prepared already, or of
            which a file is missing.
        RunError: where a file is damaged, holds something else, or TFDS failed.
    """
    import tensorflow_datasets as tfds

    require(
        isinstance(builder, tfds.image_classification.MNIST),
        f"--prepare_from makes datasets of TFDS that were published as IDX files: {PUBLISHED}.",
        dataset=str(name),
    )
    require(
        not builder.is_prepared(),
        f"--prepare_from: --dataset={name} is prepared already, in {builder.data_dir}.",
        prepare_from=str(place),
    )
    parts = idx.find(place, f"--prepare_from={place}")
    arrays = {split: _read(part, builder, name) for split, part in parts.items()}
    counts = _counts(builder)
    for split, (images, _) in arrays.items():
        _require_count(parts[split].images, len(images), counts[split], name)
    _note_unknown(parts, builder, name)

    def examples(dl_manager):
        return {split: _examples(split, *arrays[split], count) for split, count in counts.items()}

    builder._split_generators = examples
    try:
        tfds.disable_progress_bar()  # Its bars are shown to files, too.
        with files.scratch(folder) as scratch:
            builder.download_and_prepare(download_dir=scratch)
    except Exception as error:  # TFDS passes on whatever the files cause.
        raise RunError(
            f"TFDS could not prepare --dataset={name}: {damage.first_line(error)}"
        ) from error
    finally:
        tfds.enable_progress_bar()


class _NoDownloads:
    """Takes the place of TFDS's download manager where a builder is asked for its counts only."""

    def download_and_extract(self, urls):
        return dict.fromkeys(urls, "") if isinstance(urls, dict) else ""

    def extract(self, paths):
        return paths


def _counts(builder) -> dict[str, int]:
    """Number of images of each split; TFDS takes so many from the beginning of a file."""
    generators = builder._split_generators(_NoDownloads())
    return {str(split.name): split.gen_kwargs["num_examples"] for split in generators}


def _read(part: idx.Part, builder, name: DatasetName) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of a split that the dataset can hold."""
    images, labels = part.read()
    features = builder.info.features
    if (*images.shape[1:], 1) != features["image"].shape:
        raise RunError(
            f"{part.images} holds images of {images.shape[1]}x{images.shape[2]}, and those of "
            f"{name} are of {features['image'].shape[0]}x{features['image'].shape[1]}."
        )
    if labels.max() >= features["label"].num_classes:
        raise RunError(
            f"{part.labels} holds the label {labels.max()}, and {name} has "
            f"{features['label'].num_classes} classes, from 0."
        )
    return images, labels


def _require_count(path: Path, found: int, expected: int, name: DatasetName) -> None:
    """Refuses too few images; says how many are left out where there are more, as TFDS does."""
    if found < expected:
        raise RunError(f"{path} holds {found:,} images, and {name} has {expected:,} of them.")
    if found > expected:
        logger.warning(
            "%s holds %s images; TFDS takes the first %s of them for %s.",
            path, f"{found:,}", f"{expected:,}", name,
        )  # fmt: skip


def _note_unknown(parts: dict[str, idx.Part], builder, name: DatasetName) -> None:
    """Says which files aren't, to the byte, those that TFDS would have downloaded.

    Datasets share the names of their files, so MNIST's could lie where
    Fashion-MNIST's are meant. TFDS knows the packed files only.
    """
    known = {Path(url).name: info.checksum for url, info in (builder.url_infos or {}).items()}
    unknown = [
        path.name
        for split, part in parts.items()
        for what, path in ((idx.IMAGES, part.images), (idx.LABELS, part.labels))
        if files.checksum(path) != known.get(f"{idx.published_name(split, what)}.gz")
    ]
    if unknown:
        logger.warning(
            "%s: TFDS knows the checksums of other files than %s; whether these hold %s is yours "
            "to know.",
            name, ", ".join(unknown), name,
        )  # fmt: skip


def _examples(
    split: str, images: np.ndarray, labels: np.ndarray, count: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What TFDS's builder makes of the files: keys, images and labels."""
    bar = tqdm(range(count), f"preparing {split}", file=sys.stderr, disable=None, leave=False)
    for key in bar:
        yield key, {"image": images[key][..., np.newaxis], "label": int(labels[key])}
