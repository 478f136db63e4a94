"""Everything `kerasae.readout` does to one run."""

import dataclasses
import sys

from kerasae import files, names
from kerasae.config import ConfigError, DataConfig
from kerasae.data.dataset_name import same_dataset
from kerasae.data.pipeline import Data
from kerasae.figures.drawing import draw
from kerasae.readouts import features, label_efficiency, own_heads
from kerasae.readouts.readout import Readout
from kerasae.readouts.results import (
    ACCURACY,
    BASELINE_HEADS,
    CodeSource,
    codes_of,
    read_out,
    read_out_baselines,
    readout_folder,
    require_labels,
)
from kerasae.readouts.run_codes import RunCodes
from kerasae.run_dir import RunDir
from kerasae.runs import open_run

ALL_LAYERS = "all"


@dataclasses.dataclass(frozen=True)
class Wish:
    """What is wanted, as the flags of `kerasae.readout` say it.

    Attributes:
        data: The images to read out.
        resize: Whether images of another size may be resized.
        heads: Names of the heads.
        layer: Name of an encoder layer, or `all`.
        seed: Of the heads.
        baselines: Whether to read out the baselines as well.
        full: Whether with all heads.
        labels_per_class: Numbers or `all`; empty for no such curve.
    """

    data: DataConfig
    resize: bool
    heads: tuple[str, ...]
    layer: str
    seed: int
    baselines: bool
    full: bool
    labels_per_class: tuple[str, ...]


def read_out_run(run: RunDir, wish: Wish) -> dict[str, float]:
    """Reads out one run.

    Returns:
        Accuracies by name: heads, `<baseline> <head>`, `<layer> <head>`.
    """
    with run.locked():
        opened = open_run.open_run(run)
        source = RunCodes(opened)
        data, used = open_run.load_data(opened, wish.data, wish.resize)
        require_labels(data, used.dataset)
        as_is = _own_heads(opened, used, wish)
        if wish.layer == ALL_LAYERS:
            accuracies = _layers(source, data, used, wish, as_is)
        else:
            accuracies = _layer(source, data, used, wish, as_is)
        return accuracies | _beside(source, data, used, wish)


def read_out_codes(
    source: CodeSource, data: Data, used: DataConfig, wish: Wish
) -> dict[str, float]:
    """Reads out the code of any source; returns accuracies as `read_out_run` does.

    Args:
        source: The encoder, and where the results go.
        data: Images with labels, see `require_labels`.
        used: The settings that they were loaded with.
        wish: What is wanted; its layer is the code.
    """
    return _layer(source, data, used, wish, {}) | _beside(source, data, used, wish)


def _layer(source, data, used, wish: Wish, as_is: dict[str, Readout]) -> dict[str, float]:
    """Every head on one layer."""
    accuracies = {}
    results = read_out(source, data, used, wish.heads, wish.layer, wish.seed, as_is)
    for head, result in results.items():
        accuracies[head] = _say(head, result[ACCURACY])
        if "as_is_accuracy" in result:
            title = f"{head} of {source.trained_on}, as it is"
            accuracies[title] = _say(title, result["as_is_accuracy"])
    return accuracies


def _beside(source, data, used, wish: Wish) -> dict[str, float]:
    """Baselines, the label curve and the figure; gives the baselines' accuracies."""
    accuracies = {}
    if wish.baselines:
        heads = wish.heads if wish.full else BASELINE_HEADS
        found = read_out_baselines(source, data, used, heads, wish.seed)
        for baseline, by_head in found.items():
            for head, accuracy in by_head.items():
                title = f"{baseline} {head}"
                accuracies[title] = _say(title, accuracy)
    if wish.labels_per_class:
        _label_efficiency(source, data, used, wish)
    if wish.layer in (names.CODE, ALL_LAYERS):
        draw(source.run, "confusion")
    return accuracies


def _say(title: str, accuracy: float) -> float:
    """Tells a result as it comes: a readout can take a while."""
    print(f"{title:32s} {accuracy:.4f}", flush=True)
    return accuracy


def _own_heads(opened, used: DataConfig, wish: Wish) -> dict[str, Readout]:
    """The heads of the encoder's own dataset, where another one's codes are read out."""
    own = opened.config.data.dataset
    if same_dataset(used.dataset, own) or wish.layer not in (names.CODE, ALL_LAYERS):
        return {}
    try:
        return own_heads.own_heads(opened, wish.heads, wish.data, wish.seed)
    except ConfigError as error:
        print(f"No head of {own} is applied as it is: {error}", file=sys.stderr)
        return {}


def _layers(
    source: RunCodes, data, used, wish: Wish, as_is: dict[str, Readout]
) -> dict[str, float]:
    """Every encoder layer with every head; `layers.csv` beside their results."""
    rows = []
    for layer in features.layer_names(source.autoencoder):
        results = read_out(
            source, data, used, wish.heads, layer, wish.seed, as_is if layer == names.CODE else None
        )
        for head, result in results.items():
            _say(f"{layer} {head}", result[ACCURACY])
            rows.append({"layer": layer, "head": head, **{k: result[k] for k in COLUMNS[2:]}})
    folder = readout_folder(source, used.dataset, names.CODE)
    files.write_csv(folder / "layers.csv", COLUMNS, rows)
    draw(source.run, "layer_accuracy")
    return {f"{row['layer']} {row['head']}": row[ACCURACY] for row in rows}


COLUMNS = ["layer", "head", "features", ACCURACY]


def _label_efficiency(source, data, used, wish: Wish) -> None:
    codes = codes_of(source, data, used, names.CODE)
    folder = readout_folder(source, used.dataset, names.CODE)
    label_efficiency.measure(codes, wish.labels_per_class, wish.seed, folder)
    draw(source.run, "label_efficiency")
    print(f"labels against accuracy: {folder / label_efficiency.FILE}", file=sys.stderr)
