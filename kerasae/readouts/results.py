"""Readouts of one run on one dataset: codes once, then every head, then the baselines."""

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from kerasae import files, names, registry
from kerasae.config import DataConfig, require
from kerasae.data.dataset_name import DatasetName
from kerasae.data.pipeline import Data
from kerasae.data.split import Split
from kerasae.readouts import features
from kerasae.readouts.readout import Readout
from kerasae.readouts.scores import score
from kerasae.run_dir import RunDir

# What the baselines are read out with unless all heads are asked for.
BASELINE_HEADS = ("linear", "ridge")
ACCURACY = "accuracy"
CHOSEN = "chosen"


class CodeSource(Protocol):
    """Where codes come from: an open run, or an exported file alone.

    Attributes:
        run: The directory that codes, readouts and figures are added to.
        trained_on: The dataset that the encoder saw; None where it isn't known.
    """

    run: RunDir
    trained_on: str | None

    def encoder(self, layer: str) -> features.Encoder:
        """The encoder up to a layer; `code` is the code."""

    def origin(self, data: DataConfig) -> dict[str, Any]:
        """What decides the codes of this data beside the encoder, ready for JSON."""

    def baselines(self, data: Data) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yields each baseline's name and its train and test features."""


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


def require_labels(data: Data, dataset: str) -> None:
    """Raises ConfigError for data on which nothing can be read out."""
    require(
        data.train.labels is not None,
        f"--dataset={dataset} has no labels, and a readout learns from labels.",
        dataset=dataset,
    )
    present = np.unique(data.train.labels)
    require(
        len(present) >= 2,
        "A readout needs images of at least two classes.",
        classes=[data.train.class_names[number] for number in present],
    )


def codes_of(source: CodeSource, data: Data, data_config: DataConfig, layer: str) -> Codes:
    """The codes of a layer, from the cache where they are in it."""
    encoder = source.encoder(layer)

    def of_split(name: str, split: Split) -> np.ndarray:
        chosen = source.origin(data_config)
        origin = {**chosen, "version": data.spec.name, "split": name, "layer": layer}
        return features.cached(
            source.run.codes,
            features.digest(encoder.content(), origin),
            lambda path: features.extract(encoder, split, path, f"{layer}, {name}"),
        )

    return Codes(
        train=of_split("train", data.train),
        test=of_split("test", data.test),
        train_labels=data.train.labels,
        test_labels=data.test.labels,
        classes=data.train.class_names,
    )


def head_module(name: str) -> ModuleType:
    """The head plug-in of that name."""
    return registry.load(registry.HEADS, name, "--heads")


def fit_head(name: str, codes: Codes, seed: int) -> tuple[Readout, dict[str, Any]]:
    """Fits one head on the training codes and scores it on the test codes."""
    head = head_module(name)
    began = time.perf_counter()
    readout = head.fit(
        head.Config(), np.asarray(codes.train), codes.train_labels, len(codes.classes), seed
    )
    seconds = time.perf_counter() - began
    predicted = readout.predict(np.asarray(codes.test))
    result = {
        "head": name,
        **score(codes.test_labels, predicted, codes.classes),
        "train_images": len(codes.train),
        "features": codes.train.shape[1],
        "seed": seed,
        "seconds": round(seconds, 2),
        "settings": readout.settings,
    }
    return readout, result


def readout_folder(source: CodeSource, dataset: str, layer: str) -> Path:
    """Where the results of a dataset and layer go; the code's lie at the top."""
    folder = source.run.readouts / DatasetName.parse(dataset).path_part
    return folder if layer == names.CODE else folder / "layers" / layer


def is_of(path: Path, data_config: DataConfig, seed: int | None = None) -> bool:
    """Whether there is a result, and it is of these images and, where given, of this seed."""
    if not path.exists():
        return False
    stored = files.read_json(path)
    return stored.get(CHOSEN) == _chosen(data_config) and seed in (None, stored.get("seed"))


def _chosen(data_config: DataConfig) -> dict[str, Any]:
    """Which of a dataset's images were taken, ready for JSON."""
    return {"classes": list(data_config.classes), "max_examples": data_config.max_examples}


def read_out(
    source: CodeSource,
    data: Data,
    data_config: DataConfig,
    heads: tuple[str, ...],
    layer: str,
    seed: int,
    as_is: dict[str, Readout] | None = None,
) -> dict[str, dict[str, Any]]:
    """Fits the heads on one layer and writes `<head>.json` and the head itself.

    Args:
        source: The encoder.
        data: Images with labels.
        data_config: The settings that they were loaded with.
        heads: Names of the heads.
        layer: Name of the encoder layer.
        seed: Of the heads.
        as_is: Heads fitted on the encoder's own dataset, to be applied to this
            one without any training; their accuracy goes into `as_is_accuracy`.

    Returns:
        The content of each head's JSON file.
    """
    codes = codes_of(source, data, data_config, layer)
    folder = readout_folder(source, data_config.dataset, layer)
    results = {}
    for name in heads:
        readout, result = fit_head(name, codes, seed)
        result = {
            "dataset": data.spec.name,
            "encoder_trained_on": source.trained_on,
            "layer": layer,
            CHOSEN: _chosen(data_config),
            **result,
        }
        if as_is:
            answers = as_is[name].predict(np.asarray(codes.test))
            result["as_is_accuracy"] = float(np.mean(answers == codes.test_labels))
        with files.atomic_path(folder / f"{name}{head_module(name).SUFFIX}") as new:
            readout.save(new)
        files.write_json(folder / f"{name}.json", result)
        results[name] = result
    return results


def read_out_baselines(
    source: CodeSource, data: Data, data_config: DataConfig, heads: tuple[str, ...], seed: int
) -> dict[str, dict[str, float]]:
    """Accuracy of every baseline by head; written to `baselines.json`."""
    results: dict[str, dict[str, float]] = {}
    for name, train, test in source.baselines(data):
        codes = Codes(train, test, data.train.labels, data.test.labels, data.train.class_names)
        results[name] = {head: fit_head(head, codes, seed)[1][ACCURACY] for head in heads}
    folder = readout_folder(source, data_config.dataset, names.CODE)
    files.write_json(
        folder / "baselines.json", {CHOSEN: _chosen(data_config), "seed": seed, ACCURACY: results}
    )
    return results
