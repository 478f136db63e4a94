"""Readouts of one dataset: codes once, then every head, then the baselines."""

import dataclasses
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from kerasae import names, registry
from kerasae.data.applied_config import AppliedDataConfig
from kerasae.data.config import DataConfig
from kerasae.data.dataset_name import DatasetName
from kerasae.data.pipeline import Data
from kerasae.readouts import curves, label_efficiency, origin, results
from kerasae.readouts.codes import Codes, CodeSource, compute_codes, describe_images
from kerasae.readouts.config import ALL, ReadoutConfig
from kerasae.readouts.curves import BY_LAYER, LABEL_EFFICIENCY, LabelCurve, LayerCurve, LayerRow
from kerasae.readouts.origin import Images, Origin
from kerasae.readouts.readout import FittedHead, Readout
from kerasae.readouts.results import HeadResult
from kerasae.readouts.scores import score
from kerasae.tables import Table, number

logger = logging.getLogger(__name__)

# What the baselines are read out with unless all heads are asked for.
BASELINE_HEADS = ("linear", "ridge")


@dataclasses.dataclass(frozen=True)
class ReadOut:
    """What readouts reached.

    Attributes:
        images: What they learnt from and were tested on.
        labels: How many labels they learnt from.
        accuracies: By title: `<head>`, `<head> of <dataset>, zero-shot`,
            `<layer> <head>` with all layers, `<baseline> <head>`.
        tables: The same for people, and accuracies over layers and numbers of labels.
    """

    images: Images
    labels: int
    accuracies: dict[str, float]
    tables: tuple[Table, ...] = ()

    def table_name(self, config: ReadoutConfig) -> str:
        """A file's name for their table, another one for whatever is of something else."""
        plain = dataclasses.asdict(dataclasses.replace(config, data=AppliedDataConfig()))
        made_of = Origin(self.images, config.layer, "readouts", plain, config.seed)
        dataset = DatasetName.parse(self.images.dataset).path_part
        return f"{made_of.readout}-{dataset}-{made_of.key}"


def read_out(
    source: CodeSource,
    data: Data,
    data_config: DataConfig,
    config: ReadoutConfig,
    zero_shot: Mapping[str, FittedHead],
) -> ReadOut:
    """Fits what is asked for and writes every result as it comes.

    Args:
        source: The encoder, and where the results go.
        data: Images that all have labels, see `codes.labelled`.
        data_config: The settings that they were loaded with.
        config: What to read out.
        zero_shot: Heads of the training set, to be applied as they are; empty
            on that dataset itself.

    Returns:
        What was reached.
    """
    every_layer = config.layer == ALL
    images = describe_images(data.spec, data_config)
    labels = len(data.train.labels)
    accuracies, rows, told, shown = {}, [], {}, []
    for layer in source.layers() if every_layer else (config.layer,):
        keep = config.keep_codes == ALL or (config.keep_codes, layer) == ("code", names.CODE)
        codes = compute_codes(source, data, data_config, layer, keep)
        heads = zero_shot if layer == names.CODE else {}
        for result in fit_heads(source, images, config, codes, layer, heads):
            head = result.origin.readout
            title = f"{layer} {head}" if every_layer else head
            words = names.readout_title(head, layer if every_layer else None)
            accuracies[title] = _log(words, result.accuracy)
            if not every_layer:
                told[title] = (words, labels)
            rows.append(LayerRow(layer, head, result.features, result.accuracy))
            if result.zero_shot_accuracy is not None:
                title = f"{head} of {source.trained_on}, zero-shot"
                words = f"{names.readout_title(head)} of {source.trained_on}, as it is"
                accuracies[title] = _log(words, result.zero_shot_accuracy)
                told[title] = (words, zero_shot[head].labels)
    if every_layer and rows:
        made_of = _curve_origin(images, BY_LAYER, _settings_of(config), config.seed)
        curve = LayerCurve(made_of, labels, tuple(rows))
        curves.write(source.run, curve)
        shown.append(curves.layer_table(curve))
    if config.labels_per_class:
        curve = _measure_label_efficiency(source, data, data_config, config)
        shown.append(curves.label_table(curve))
    baselines = read_out_baselines(source, data, data_config, config)
    accuracies |= baselines
    told |= {title: (names.classifier_title(title), labels) for title in baselines}
    if told:
        title = f"Accuracy on {len(data.test.labels):,} test images of {images.dataset}"
        table_rows = tuple((*words, accuracies[title]) for title, words in told.items())
        shown.insert(0, Table(title, ("readout", "labels", "accuracy"), table_rows))
    return ReadOut(images, labels, accuracies, tuple(shown))


def head_origin(config: ReadoutConfig, images: Images, features: str, head: str) -> Origin:
    """What decides the result of a head, see `Origin`."""
    settings = dataclasses.asdict(config.head_config(head))
    return Origin(images, features, head, settings, config.seed)


def label_curve_origin(config: ReadoutConfig, images: Images) -> Origin:
    """What decides the accuracies over the number of labels."""
    counts = {"labels_per_class": config.labels_per_class}
    return _curve_origin(images, LABEL_EFFICIENCY, counts, config.seed)


def baseline_heads(config: ReadoutConfig) -> tuple[str, ...]:
    """The heads that baselines are read out with."""
    return config.heads if config.full else BASELINE_HEADS


def fit_heads(
    source: CodeSource,
    images: Images,
    config: ReadoutConfig,
    codes: Codes,
    layer: str,
    heads_as_they_are: Mapping[str, FittedHead],
) -> Iterator[HeadResult]:
    """Fits the heads on one layer's codes and writes each with its result.

    Yields:
        Each head's result.
    """
    for name in config.heads:
        made_of = head_origin(config, images, origin.layer_features(layer), name)
        readout, result = fit_head(made_of, config.head_config(name), codes, source.trained_on)
        if name in heads_as_they_are:
            predictions = heads_as_they_are[name].readout.predict(np.asarray(codes.test))
            reached = float(np.mean(predictions == codes.test_labels))
            result = dataclasses.replace(result, zero_shot_accuracy=reached)
        yield results.write(source.run, result, readout)


def fit_head(
    made_of: Origin, head_config: Any, codes: Codes, trained_on: str | None
) -> tuple[Readout, HeadResult]:
    """Fits one head on the training codes and scores it on the test codes."""
    head = registry.load(registry.HEADS, made_of.readout, "--heads")
    began = time.perf_counter()
    readout = head.fit(
        head_config, np.asarray(codes.train), codes.train_labels, len(codes.classes), made_of.seed
    )
    seconds = time.perf_counter() - began
    predictions = readout.predict(np.asarray(codes.test))
    return readout, HeadResult(
        origin=made_of,
        encoder_trained_on=trained_on,
        **score(codes.test_labels, predictions, codes.classes),
        train_images=len(codes.train),
        features=codes.train.shape[1],
        seconds=round(seconds, 2),
        fitted=results.now(),
        settings=readout.settings,
    )


def read_out_baselines(
    source: CodeSource, data: Data, data_config: DataConfig, config: ReadoutConfig
) -> dict[str, float]:
    """Fits heads on every baseline's features and writes what they reach.

    Returns:
        Accuracies by `<baseline> <head>`.
    """
    images = describe_images(data.spec, data_config)
    accuracies = {}
    for name, train, test in source.baselines(data, config):
        codes = Codes(train, test, data.train.labels, data.test.labels, data.train.class_names)
        for head in baseline_heads(config):
            made_of = head_origin(config, images, origin.baseline_features(name), head)
            _, result = fit_head(made_of, config.head_config(head), codes, source.trained_on)
            results.write(source.run, result, None)
            words = names.readout_title(head, name)
            accuracies[f"{name} {head}"] = _log(words, result.accuracy)
    return accuracies


def _measure_label_efficiency(
    source: CodeSource, data: Data, data_config: DataConfig, config: ReadoutConfig
) -> LabelCurve:
    """Measures accuracy against the number of labels, and writes it."""
    keep = config.keep_codes != "none"
    codes = compute_codes(source, data, data_config, names.CODE, keep)
    rows = label_efficiency.measure(codes, config.labels_per_class, config.seed)
    made_of = label_curve_origin(config, describe_images(data.spec, data_config))
    curve = LabelCurve(made_of, len(codes.train), rows)
    curves.write(source.run, curve)
    return curve


def _settings_of(config: ReadoutConfig) -> dict[str, Any]:
    """Options of every head."""
    return {head: dataclasses.asdict(config.head_config(head)) for head in config.heads}


def _curve_origin(images: Images, name: str, settings: dict[str, Any], seed: int) -> Origin:
    return Origin(images, names.CODE, name, settings, seed)


def _log(words: str, accuracy: float) -> float:
    """Reports a result as it comes: a readout can take a while."""
    logger.info("%s: %s", words, number(accuracy))
    return accuracy
