"""Where decoded images lie: in memory, in a file, or nowhere, being decoded in every epoch."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae import wording
from kerasae.data import pixels, stored_labels
from kerasae.data.config import DataConfig
from kerasae.data.damage import readable
from kerasae.data.decoded_file import DecodedFile, open_file
from kerasae.data.file_split import FileSplit
from kerasae.data.spec import Source
from kerasae.data.split import MemorySplit, Split
from kerasae.data.streamed_split import StreamedSplit
from kerasae.data.untuned import untuned
from kerasae.progress_bar import progress_bar

DECODE_BATCH = 512
SMALLEST_BLOCK = 2_000


def way(size: int, config: DataConfig, shared: bool) -> Callable:
    """What makes splits of decoded images; the budgets decide, nothing else.

    Args:
        size: Bytes of all images, decoded.
        config: The data flags.
        shared: As of `pipeline.load`.

    Returns:
        From a source, the name of one of its splits, groups of positions in it, the shape of images
        and the data flags to a split for each group.
    """
    if size <= config.memory_budget_mb * 2**20:
        shareable = shared and size <= config.disk_budget_mb * 2**20
        return _read_all if shareable else _decode_all
    return _decode_to_file if size <= config.disk_budget_mb * 2**20 else _stream


def _decoder(source: Source, shape: tuple[int, int, int], config: DataConfig):
    """As `Source.decode`, with images brought to uint8 `shape`."""

    def fit(image, other):
        image = pixels.to_channels(image, shape[2])
        if tuple(image.shape) != shape:
            image = pixels.fit(image, shape[:2], config.fit, config.background)
        return tf.ensure_shape(image, shape), other

    def decode(records):
        images = source.decode(records)
        if tuple(images.element_spec[0].shape) == shape:
            return images
        return images.map(fit, num_parallel_calls=tf.data.AUTOTUNE)

    return decode


def decoded(
    source: Source,
    split: str,
    positions: np.ndarray,
    shape: tuple[int, int, int],
    config: DataConfig,
    batch: int = DECODE_BATCH,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """One pass over a split, of which nothing is kept.

    Args:
        source: An open dataset.
        split: `train` or `test`.
        positions: Of the wanted images, ascending.
        shape: `(height, width, channels)` that they are brought to.
        config: How they are brought to it.
        batch: Images at a time.

    Yields:
        Images, uint8 `(batch, height, width, channels)`, and their labels, int64 `(batch,)`.

    Raises:
        RunError: where the dataset's files are damaged or not all there.
    """
    records = (
        source.records(split, positions)
        .apply(_decoder(source, shape, config))
        .batch(batch)
        .prefetch(2)
    )
    with readable(source.spec.name, source.find_damage):
        for images, labels in untuned(records).as_numpy_iterator():
            yield images, stored_labels.checked(labels, source.spec)


def origin(source: Source, split: str, positions: np.ndarray, config: DataConfig) -> dict[str, Any]:
    """What images at some positions are, and how they are brought to a shape; ready for JSON.

    Of the dataset's name, `dataset`, nothing depends.
    """
    return {
        "dataset": source.spec.name,
        "content": source.spec.content,
        "split": split,
        "positions": hashlib.sha256(positions.astype("<i8").tobytes()).hexdigest(),
        "fit": config.fit,
        "background": config.background,
    }


def _decoded(
    source, split: str, positions: np.ndarray, shape, config
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """As `decoded`, shown on a bar."""
    title = f"decoding {wording.one_line(config.dataset)} {split}"
    with progress_bar(title, total=len(positions)) as bar:
        for images, labels in decoded(source, split, positions, shape, config):
            yield images, labels
            bar.update(len(images))


def _decode_all(source, split, groups, shape, config) -> list[Split]:
    """One pass over the split; every group of positions becomes a split in memory."""
    together = np.sort(np.concatenate(groups))
    images = np.empty((len(together), *shape), np.uint8)
    labels = np.empty(len(together), np.int64)
    done = 0
    for batch, batch_labels in _decoded(source, split, together, shape, config):
        images[done : done + len(batch)] = batch
        labels[done : done + len(batch)] = batch_labels
        done += len(batch)
    return [
        MemorySplit(images[at], labels[at], source.spec.classes)
        for at in (np.searchsorted(together, group) for group in groups)
    ]


def _read_all(source, split, groups, shape, config) -> list[Split]:
    """As `_decode_all`; one pass over the split, or none, where a file has the images."""
    together = np.sort(np.concatenate(groups))
    file = _decoded_file(source, split, together, shape, config)
    return [
        MemorySplit(file.images[at], file.labels[at], source.spec.classes)
        for at in (np.searchsorted(together, group) for group in groups)
    ]


def _decode_to_file(source, split, groups, shape, config) -> list[Split]:
    """One pass over the split, or none: every group becomes a split that reads a file."""
    together = np.sort(np.concatenate(groups))
    file = _decoded_file(source, split, together, shape, config)
    return [
        FileSplit(file, at, file.labels[at], source.spec.classes)
        for at in (np.searchsorted(together, group) for group in groups)
    ]


def _decoded_file(source, split, together, shape, config) -> DecodedFile:
    """The file of images at some positions; decoded where there is none."""
    return open_file(
        origin(source, split, together, config),
        len(together), shape, config.disk_budget_mb * 2**20,
        lambda: _decoded(source, split, together, shape, config),
    )  # fmt: skip


def _stream(source, split, groups, shape, config) -> list[Split]:
    """Every group of positions becomes a streamed split."""
    # Read also where there are none: it finds files that are damaged.
    labels = stored_labels.read(source, split)
    decode = _decoder(source, shape, config)
    # Stored images are smaller than decoded ones, mostly; half the budget is for batches.
    affordable = config.memory_budget_mb * 2**19 // int(np.prod(shape))
    return [
        StreamedSplit(
            source.records(split, group).map(lambda stored, _: stored),
            decode,
            len(group),
            shape,
            labels[group],
            source.spec.classes,
            block=max(SMALLEST_BLOCK, affordable),
        )
        for group in groups
    ]
