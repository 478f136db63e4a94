"""Readouts of one dataset: codes once, then every head, then the baselines."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from kerasae import files, names, registry
from kerasae.config import DataConfig
from kerasae.data.pipeline import Data
from kerasae.readouts import label_efficiency, results
from kerasae.readouts.codes import Codes, CodeSource, compute_codes
from kerasae.readouts.config import ALL, ReadoutConfig
from kerasae.readouts.readout import Readout
from kerasae.readouts.results import ACCURACY, ZERO_SHOT
from kerasae.readouts.scores import score

logger = logging.getLogger(__name__)

# What the baselines are read out with unless all heads are asked for.
BASELINE_HEADS = ("linear", "ridge")
LAYER_COLUMNS = ["layer", "head", "features", ACCURACY]
LAYERS = "layers.csv"


def read_out(
    source: CodeSource,
    data: Data,
    data_config: DataConfig,
    config: ReadoutConfig,
    zero_shot: Mapping[str, Readout],
) -> dict[str, float]:
    """Fits what is asked for and writes every result as it comes.

    Args:
        source: The encoder, and where the results go.
        data: Images that all have labels, see `codes.labelled`.
        data_config: The settings that they were loaded with.
        config: What to read out.
        zero_shot: Heads of the training set, to be applied as they are; empty
            on that dataset itself.

    Returns:
        Accuracies by title: `<head>`, `<head> of <dataset>, zero-shot`,
        `<layer> <head>` with all layers, `<baseline> <head>`.
    """
    every_layer = config.layer == ALL
    accuracies, rows = {}, []
    for layer in source.layers() if every_layer else (config.layer,):
        keep = config.keep_codes == ALL or (config.keep_codes, layer) == ("code", names.CODE)
        codes = compute_codes(source, data, data_config, layer, keep)
        heads = zero_shot if layer == names.CODE else {}
        for head, result in fit_heads(source, data, data_config, config, codes, layer, heads):
            title = f"{layer} {head}" if every_layer else head
            accuracies[title] = _log(title, result[ACCURACY])
            rows.append({name: result[name] for name in LAYER_COLUMNS})
            if ZERO_SHOT in result:
                title = f"{head} of {source.trained_on}, zero-shot"
                accuracies[title] = _log(title, result[ZERO_SHOT])
    folder = results.folder_of(source.run, data_config.dataset)
    if every_layer:
        files.write_csv(folder / LAYERS, LAYER_COLUMNS, rows)
    if config.labels_per_class:
        keep = config.keep_codes != "none"
        codes = compute_codes(source, data, data_config, names.CODE, keep)
        label_efficiency.measure(codes, config.labels_per_class, config.seed, folder)
    if config.baselines:
        accuracies |= read_out_baselines(source, data, data_config, config)
    return accuracies


def fit_heads(
    source: CodeSource,
    data: Data,
    data_config: DataConfig,
    config: ReadoutConfig,
    codes: Codes,
    layer: str,
    zero_shot: Mapping[str, Readout],
):
    """Fits the heads on one layer's codes; writes `<head>.json` and the head itself.

    Yields:
        Each head's name and the content of its JSON file.
    """
    folder = results.folder_of(source.run, data_config.dataset, layer)
    for name in config.heads:
        readout, result = fit_head(name, config.head_config(name), codes, config.seed)
        result = {
            "dataset": data.spec.name,
            "encoder_trained_on": source.trained_on,
            "layer": layer,
            results.CHOSEN: results.chosen_images(data_config),
            **result,
        }
        if name in zero_shot:
            predictions = zero_shot[name].predict(np.asarray(codes.test))
            result[ZERO_SHOT] = float(np.mean(predictions == codes.test_labels))
        head = registry.load(registry.HEADS, name, "--heads")
        with files.atomic_path(folder / f"{name}{head.SUFFIX}") as new:
            readout.save(new)
        files.write_json(folder / f"{name}.json", result)
        yield name, result


def fit_head(
    name: str, head_config: Any, codes: Codes, seed: int
) -> tuple[Readout, dict[str, Any]]:
    """Fits one head on the training codes and scores it on the test codes."""
    head = registry.load(registry.HEADS, name, "--heads")
    began = time.perf_counter()
    readout = head.fit(
        head_config, np.asarray(codes.train), codes.train_labels, len(codes.classes), seed
    )
    seconds = time.perf_counter() - began
    predictions = readout.predict(np.asarray(codes.test))
    return readout, {
        "head": name,
        **score(codes.test_labels, predictions, codes.classes),
        "train_images": len(codes.train),
        "features": codes.train.shape[1],
        "seed": seed,
        "seconds": round(seconds, 2),
        "settings": readout.settings,
    }


def read_out_baselines(
    source: CodeSource, data: Data, data_config: DataConfig, config: ReadoutConfig
) -> dict[str, float]:
    """Fits heads on every baseline's features; writes `baselines.json`.

    Returns:
        Accuracies by `<baseline> <head>`.
    """
    heads = config.heads if config.full else BASELINE_HEADS
    by_baseline: dict[str, dict[str, float]] = {}
    accuracies = {}
    for name, train, test in source.baselines(data):
        codes = Codes(train, test, data.train.labels, data.test.labels, data.train.class_names)
        by_baseline[name] = {}
        for head in heads:
            _, result = fit_head(head, config.head_config(head), codes, config.seed)
            by_baseline[name][head] = result[ACCURACY]
            accuracies[f"{name} {head}"] = _log(f"{name} {head}", result[ACCURACY])
    content = {
        "dataset": data.spec.name,
        results.CHOSEN: results.chosen_images(data_config),
        "seed": config.seed,
        ACCURACY: by_baseline,
    }
    folder = results.folder_of(source.run, data_config.dataset)
    files.write_json(folder / f"{results.BASELINES}.json", content)
    return accuracies


def _log(title: str, accuracy: float) -> float:
    """Reports a result as it comes: a readout can take a while."""
    logger.info("%-32s %.4f", title, accuracy)
    return accuracy
