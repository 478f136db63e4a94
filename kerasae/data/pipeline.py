"""From the data flags to the splits of a run."""

import dataclasses
import functools
import logging
from collections.abc import Callable

import numpy as np

from kerasae.config import ConfigError, require
from kerasae.data import class_choice, decoding, in_words, label_notes, sources, stored_labels
from kerasae.data.config import DataConfig
from kerasae.data.spec import DatasetSpec, Source
from kerasae.data.split import Split
from kerasae.wording import shown

logger = logging.getLogger(__name__)
# Channels of images by what `--channels` calls them.
CHANNELS = {"grey": 1, "rgb": 3}


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
    make = functools.partial(decoding.way(total * int(np.prod(shape)), config, shared), source)
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
    make = decoding.way(len(positions) * int(np.prod(shape)), config, shared=False)
    (test,) = make(source, "test", [positions], shape, config)
    classes = class_choice.class_names(source.spec, config.classes)
    logger.info("%s", in_words.test_sentence(source.spec, test, classes))
    return test


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
    return np.flatnonzero(np.isin(stored_labels.read(source, split), class_numbers))


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
