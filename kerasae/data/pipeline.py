"""From the data flags to the splits of a run."""

import dataclasses
import functools
import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from kerasae import wording
from kerasae.config import ConfigError, RunError, require
from kerasae.data import class_choice, in_words, label_notes, pixels, sources
from kerasae.data.config import DataConfig
from kerasae.data.damage import readable
from kerasae.data.decoded_file import DecodedFile, open_file
from kerasae.data.file_split import FileSplit
from kerasae.data.spec import UNLABELLED, DatasetSpec, Source
from kerasae.data.split import MemorySplit, Split, StreamedSplit
from kerasae.data.untuned import untuned
from kerasae.progress_bar import progress_bar
from kerasae.wording import shown

logger = logging.getLogger(__name__)
DECODE_BATCH = 512
# Channels of images by what `--channels` calls them.
CHANNELS = {"grey": 1, "rgb": 3}
SMALLEST_BLOCK = 2_000


@dataclasses.dataclass(frozen=True)
class Data:
    """The splits of a run, all of one image shape.

    Attributes:
        spec: Facts about the dataset.
        classes: Names of the classes that were kept; None without labels.
        image_shape: `(height, width, channels)` after resizing.
        train: The images to train on.
        validation: Held out of train; None unless a fraction was asked for.
        open_test: Decodes what `test` keeps.
    """

    spec: DatasetSpec
    classes: tuple[str, ...] | None
    image_shape: tuple[int, int, int]
    train: Split
    validation: Split | None
    open_test: Callable[[], Split]

    @functools.cached_property
    def test(self) -> Split:
        """The dataset's test images of the kept classes, decoded when they are first asked for."""
        return self.open_test()

    def labelled(self) -> "Data":
        """The same without the images that have no label."""
        return dataclasses.replace(
            self,
            train=self.train.labelled(),
            validation=self.validation and self.validation.labelled(),
            open_test=lambda: self.test.labelled(),
        )


def open_source(config: DataConfig) -> Source:
    """Opens the dataset by the plug-in of its kind.

    Raises:
        ConfigError: where there is no such dataset, or it can't be had here.
    """
    return sources.open_source(config)


def image_shape(spec: DatasetSpec, config: DataConfig) -> tuple[int, int, int]:
    """`(height, width, channels)` of the images after resizing.

    Raises:
        ConfigError: where the images differ in size and none was asked for.
    """
    size = config.target_size or native_size(spec)
    require(
        size is not None,
        f"The images of --dataset={config.dataset} differ in size: say which with --image_size.",
        image_shape=spec.image_shape,
    )
    return (*size, channels(spec, config))


def channels(spec: DatasetSpec, config: DataConfig) -> int:
    """Channels of the images after `--channels`."""
    return CHANNELS[config.channels] if config.channels else spec.image_shape[-1]


def native_size(spec: DatasetSpec) -> tuple[int, int] | None:
    """`(height, width)` where nothing else is asked for; None where the images differ in size."""
    size = spec.default_image_size or spec.image_shape[:2]
    return None if None in size else size


def choose(source: Source, config: DataConfig, seed: int) -> dict[str, np.ndarray]:
    """Positions of the images that the data flags keep, in `train`, `validation` and `test`.

    Those of `train` and `validation` are positions in the source's `train`;
    `validation` is empty unless a fraction was asked for. No image is decoded;
    arguments and errors are those of `load`.
    """
    class_numbers = class_choice.class_numbers(source.spec, config.classes)
    kept = {split: _positions(source, split, class_numbers) for split in source.spec.splits}
    train, validation = _draw(kept["train"], config, seed)
    _require_images("image to train on", train, config)
    _require_images("test image", kept["test"], config)
    return {"train": train, "validation": validation, "test": kept["test"]}


def load(source: Source, config: DataConfig, seed: int, shared: bool = False) -> Data:
    """Chooses the examples and decodes them, or sets up streaming; says what there is.

    Args:
        source: An open dataset.
        config: The data flags.
        seed: Draws `max_examples` and the validation images.
        shared: Whether other processes of this machine want the same images: what is kept in
            memory is then decoded by the first of them, into the cache folder, and read from
            there by the others. The order of images is the same.

    Raises:
        ConfigError: where classes are asked for that aren't there, or nothing is left.
        RunError: where the dataset's files are damaged or not all there.
    """
    shape = image_shape(source.spec, config)
    chosen = choose(source, config, seed)
    total = sum(map(len, chosen.values()))
    make = functools.partial(_how(total * int(np.prod(shape)), config, shared), source)
    train, held_out = make("train", [chosen["train"], chosen["validation"]], shape, config)
    validation = held_out if held_out.num_images else None
    classes = class_choice.class_names(source.spec, config.classes)
    line = in_words.sentence(source.spec, train, validation, len(chosen["test"]), classes)
    logger.info("%s", line)
    class_choice.note_ambiguous(source.spec, config.classes)
    label_notes.unlabelled(source.spec.name, "train", [train, held_out])

    def open_test():
        (test,) = make("test", [chosen["test"]], shape, config)
        label_notes.unlabelled(source.spec.name, "test", [test])
        label_notes.missing_classes(source.spec.name, [train, held_out], test)
        return test

    return Data(source.spec, classes, shape, train, validation, open_test)


def load_test(source: Source, config: DataConfig) -> Split:
    """The dataset's test images of the kept classes alone, see `load`; says what there is."""
    class_numbers = class_choice.class_numbers(source.spec, config.classes)
    positions = _positions(source, "test", class_numbers)
    _require_images("test image", positions, config)
    shape = image_shape(source.spec, config)
    make = _how(len(positions) * int(np.prod(shape)), config, shared=False)
    (test,) = make(source, "test", [positions], shape, config)
    classes = class_choice.class_names(source.spec, config.classes)
    logger.info("%s", in_words.test_sentence(source.spec, test, classes))
    return test


def _how(size: int, config: DataConfig, shared: bool) -> Callable:
    """What makes splits of so many bytes of decoded images: the budgets decide, nothing else."""
    if size <= config.memory_budget_mb * 2**20:
        shareable = shared and size <= config.disk_budget_mb * 2**20
        return _read_all if shareable else _decode_all
    return _decode_to_file if size <= config.disk_budget_mb * 2**20 else _stream


def _require_images(what: str, positions: np.ndarray, config: DataConfig) -> None:
    """Raises ConfigError, with what was asked for, where nothing is left of a split."""
    asked = {"classes": config.classes, "validation_fraction": config.validation_fraction}
    given = " and ".join(f"--{name}={shown(value)}" for name, value in asked.items() if value)
    if not len(positions):
        with_these = f" with {given}" if given else ""
        raise ConfigError(f"--dataset={config.dataset} leaves no {what}{with_these}.")


def _positions(source: Source, split: str, class_numbers: tuple[int, ...]) -> np.ndarray:
    """Positions in the split's fixed order of the images to keep."""
    if not class_numbers:
        return np.arange(source.spec.sizes[split])
    return np.flatnonzero(np.isin(_labels(source, split), class_numbers))


def _labels(source: Source, split: str) -> np.ndarray:
    """Every label of a split, without decoding an image."""
    everything = np.arange(source.spec.sizes[split])
    labels = source.records(split, everything).map(lambda _, label: label).batch(10_000)
    with readable(source.spec.name, source.find_damage):
        found = np.concatenate(list(untuned(labels).as_numpy_iterator()))
    return checked_labels(found, source.spec)


def checked_labels(labels: np.ndarray, spec: DatasetSpec) -> np.ndarray:
    """Labels of which each is a class, or -1; raises RunError for others."""
    beyond = labels[(labels < UNLABELLED) | (labels >= len(spec.classes or ()))]
    if len(beyond):
        raise RunError(
            f"The files of {spec.name} are damaged: an image has the label {beyond[0]}, and there "
            f"are {len(spec.classes or ())} classes."
        )
    return labels


def _draw(kept: np.ndarray, config: DataConfig, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draws the examples and the validation part; both come back in dataset order."""
    order = np.random.default_rng(seed).permutation(kept)[: config.max_examples]
    held_out = round(len(order) * config.validation_fraction)
    require(
        held_out > 0 or config.validation_fraction == 0,
        f"--validation_fraction holds out none of {len(order)} images.",
        validation_fraction=config.validation_fraction,
    )
    return np.sort(order[held_out:]), np.sort(order[:held_out])


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
            yield images, checked_labels(labels, source.spec)


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
    labels = _labels(source, split)  # Also where there are none: it finds files that are damaged.
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
