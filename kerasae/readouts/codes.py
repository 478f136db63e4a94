"""Codes of one dataset with their labels, and where they come from."""

import dataclasses
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kerasae.config import require
from kerasae.data import class_choice, pipeline
from kerasae.data.config import DataConfig
from kerasae.data.pipeline import Data
from kerasae.data.spec import DatasetSpec
from kerasae.data.split import Split
from kerasae.readouts import features
from kerasae.readouts.config import ReadoutConfig
from kerasae.readouts.origin import Images
from kerasae.run_dir import RunDir


class CodeSource(Protocol):
    """Where codes come from: a finished run, or an exported file alone.

    Attributes:
        run: The directory that codes, readouts and figures are added to.
        trained_on: The dataset that the encoder was trained on; None where it isn't known.
    """

    run: RunDir
    trained_on: str | None

    def encoder(self, layer: str) -> features.Encoder:
        """The encoder up to a layer; `code` is the code."""

    def layers(self) -> list[str]:
        """Names of the layers that can be read, from image to code."""

    def origin(self, data: DataConfig) -> dict[str, Any]:
        """What decides the codes of this data beside the encoder, ready for JSON."""

    def baselines(
        self, data: Data, wanted: ReadoutConfig
    ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yields name, train and test features of every baseline that is wanted and can be had."""


@dataclasses.dataclass(frozen=True)
class Codes:
    """Train and test codes of one layer, with their labels.

    Attributes:
        train, test: float32 `(n, features)`.
        train_labels, test_labels: int64 `(n,)`, from 0.
        classes: Names, indexed by label.
    """

    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray
    test_labels: np.ndarray
    classes: tuple[str, ...]


def labelled(data: Data, dataset: str) -> Data:
    """The images that have a label, those that a readout learns from and is judged by.

    Raises:
        ConfigError: where there are too few of them, see `require_labels`, or
            none in the test split.
    """
    require_labels(data, dataset)
    found = data.labelled()
    require(
        found.test.num_images > 0,
        f"No test image of --dataset={dataset} has a label, so no accuracy can be measured.",
        test_images=data.test.num_images,
    )
    return found


def describe_images(spec: DatasetSpec, config: DataConfig) -> Images:
    """Which images of a dataset a readout learns from and is tested on.

    Args:
        spec: Facts about the dataset.
        config: The settings that it is, or would be, loaded with.

    Raises:
        ConfigError: for a class that isn't there.
    """
    return Images(
        dataset=spec.name,
        content=spec.content,
        classes=class_choice.class_names(spec, config.classes),
        max_examples=config.max_examples,
        image_size=pipeline.image_shape(spec, config)[:2],
    )


def require_labels(data: Data, dataset: str) -> None:
    """Refuses data on which nothing can be learnt; doesn't look at its test split.

    Raises:
        ConfigError: for training images of fewer than two classes, or held-out
            ones without any label.
    """
    require(
        data.train.labels is not None,
        f"--dataset={dataset} has no labels, and a readout learns from labels.",
        dataset=dataset,
    )
    require(
        len(data.train.classes_present) >= 2,
        "A readout needs training images of at least two classes.",
        classes=[data.train.class_names[number] for number in data.train.classes_present],
        images=data.train.num_images,
    )
    require(
        data.validation is None or len(data.validation.classes_present) > 0,
        f"No held-out image of --dataset={dataset} has a label.",
        images=data.validation and data.validation.num_images,
    )


def compute_codes(
    source: CodeSource, data: Data, data_config: DataConfig, layer: str, keep: bool = True
) -> Codes:
    """Encodes both splits, or reads their codes from the cache.

    Args:
        source: The encoder.
        data: The images.
        data_config: The settings that they were loaded with.
        layer: Name of the encoder layer.
        keep: Whether codes that aren't in the cache yet stay there.
    """
    encoder = source.encoder(layer)

    def of_split(name: str, split: Split) -> np.ndarray:
        chosen = source.origin(data_config)
        origin = {**chosen, "content": data.spec.content, "split": name, "layer": layer}
        key = features.digest(encoder.content(), origin)

        def compute(path: Path) -> str:
            return features.extract(encoder, split, path, f"{layer}, {name}")

        if keep or features.is_cached(source.run.codes, key):
            return features.cached(source.run.codes, key, compute)
        with tempfile.TemporaryDirectory() as folder:
            # The mapping keeps the file's content until the array is gone.
            return features.cached(Path(folder), key, compute)

    return Codes(
        train=of_split("train", data.train),
        test=of_split("test", data.test),
        train_labels=data.train.labels,
        test_labels=data.test.labels,
        classes=data.train.class_names,
    )
