"""From the data flags to the splits of a run."""

import contextlib
import dataclasses
import functools
import sys
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from kerasae.config import ConfigError, DataConfig, RunError, require
from kerasae.data import pixels, sources
from kerasae.data.spec import DatasetSpec, Source
from kerasae.data.split import MemorySplit, Split, StreamedSplit
from kerasae.data.untuned import untuned

DECODE_BATCH = 512
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


def open_source(config: DataConfig) -> Source:
    """Opens the dataset by the plug-in of its kind.

    Raises:
        ConfigError: where there is no such dataset, or it can't be had here.
    """
    return sources.open_source(config.dataset, config.data_dir, config.download)


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
    return (*size, spec.image_shape[-1])


def native_size(spec: DatasetSpec) -> tuple[int, int] | None:
    """`(height, width)` where nothing else is asked for; None where the images differ in size."""
    size = spec.default_image_size or spec.image_shape[:2]
    return None if None in size else size


def load(source: Source, config: DataConfig, seed: int) -> Data:
    """Chooses the examples and decodes them, or sets up streaming.

    Args:
        source: An open dataset.
        config: The data flags.
        seed: Draws `max_examples` and the validation images.

    Raises:
        ConfigError: where classes are asked for that aren't there, or nothing is left.
        RunError: where the dataset's files are damaged or not all there.
    """
    shape = image_shape(source.spec, config)
    class_numbers = _class_numbers(source.spec, config.classes)
    kept = {split: _positions(source, split, class_numbers) for split in source.spec.splits}
    train, validation = _draw(kept["train"], config, seed)
    if not len(train):
        raise ConfigError(
            f"--dataset={config.dataset} leaves no image to train on with "
            f"--classes={','.join(config.classes)} and "
            f"--validation_fraction={config.validation_fraction}."
        )
    if not len(kept["test"]):
        raise ConfigError(
            f"--dataset={config.dataset} has no test image of --classes={','.join(config.classes)}."
        )
    total = len(train) + len(validation) + len(kept["test"])
    fits = total * int(np.prod(shape)) <= config.memory_budget_mb * 2**20
    make = _decode_all if fits else _stream
    train_split, validation_split = make(source, "train", [train, validation], shape, config)
    names = source.spec.classes
    return Data(
        spec=source.spec,
        classes=names and tuple(names[number] for number in (class_numbers or range(len(names)))),
        image_shape=shape,
        train=train_split,
        validation=validation_split if len(validation) else None,
        open_test=lambda: make(source, "test", [kept["test"]], shape, config)[0],
    )


def _class_numbers(spec: DatasetSpec, wanted: tuple[str, ...]) -> tuple[int, ...]:
    """Class names or numbers as numbers; empty where all are kept."""
    if not wanted:
        return ()
    if spec.classes is None:
        raise ConfigError(
            f"--classes needs labels, and {spec.name} has none. Received: {','.join(wanted)}."
        )
    numbers = {str(number): number for number in range(len(spec.classes))}
    numbers |= {name: number for number, name in enumerate(spec.classes)}
    unknown = [name for name in wanted if name not in numbers]
    if unknown:
        known = ", ".join(
            name if name == str(number) else f"{number} ({name})"
            for number, name in enumerate(spec.classes)
        )
        raise ConfigError(
            f"--classes: {spec.name} has no class {', '.join(unknown)}. Known: {known}."
        )
    return tuple(sorted({numbers[name] for name in wanted}))


def _positions(source: Source, split: str, class_numbers: tuple[int, ...]) -> np.ndarray:
    """Positions in the split's fixed order of the images to keep."""
    if not class_numbers:
        return np.arange(source.spec.sizes[split])
    return np.flatnonzero(np.isin(_labels(source, split), class_numbers))


def _labels(source: Source, split: str) -> np.ndarray:
    """Every label of a split, without decoding an image."""
    everything = np.arange(source.spec.sizes[split])
    labels = source.records(split, everything).map(lambda _, label: label).batch(10_000)
    with _readable(source):
        return np.concatenate(list(labels.as_numpy_iterator()))


@contextlib.contextmanager
def _readable(source: Source) -> Iterator[None]:
    """Raises RunError where the dataset's files are damaged or not all there."""
    try:
        yield
    except tf.errors.OpError as error:
        raise RunError(f"The files of {source.spec.name} can't be read: {error.message}") from None


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


def _decoder(source: Source, shape: tuple[int, int, int]):
    """Stored image to uint8 `shape`."""

    def decode(stored):
        image = source.decode(stored)
        if tuple(image.shape) != shape:
            image = pixels.resize(image, shape[:2])
        return tf.ensure_shape(image, shape)

    return decode


def _decode_all(source, split, groups, shape, config) -> list[Split]:
    """One pass over the split; every group of positions becomes a split in memory."""
    together = np.sort(np.concatenate(groups))
    decode = _decoder(source, shape)
    records = (
        source.records(split, together)
        .map(lambda stored, label: (decode(stored), label), num_parallel_calls=tf.data.AUTOTUNE)
        .batch(DECODE_BATCH)
        .prefetch(2)
    )
    images = np.empty((len(together), *shape), np.uint8)
    labels = np.empty(len(together), np.int64)
    done = 0
    title = f"decoding {config.dataset} {split}"
    bar = tqdm(total=len(together), desc=title, file=sys.stderr, disable=None, leave=False)
    with _readable(source), bar:
        for batch, batch_labels in untuned(records).as_numpy_iterator():
            images[done : done + len(batch)] = batch
            labels[done : done + len(batch)] = batch_labels
            done += len(batch)
            bar.update(len(batch))
    return [
        MemorySplit(images[at], labels[at], source.spec.classes)
        for at in (np.searchsorted(together, group) for group in groups)
    ]


def _stream(source, split, groups, shape, config) -> list[Split]:
    """Every group of positions becomes a streamed split."""
    labels = _labels(source, split) if source.spec.classes else None
    decode = _decoder(source, shape)
    # Stored images are smaller than decoded ones, mostly; half the budget is for batches.
    affordable = config.memory_budget_mb * 2**19 // int(np.prod(shape))
    return [
        StreamedSplit(
            source.records(split, group).map(lambda stored, _: stored),
            decode,
            len(group),
            shape,
            None if labels is None else labels[group],
            source.spec.classes,
            block=max(SMALLEST_BLOCK, affordable),
        )
        for group in groups
    ]
