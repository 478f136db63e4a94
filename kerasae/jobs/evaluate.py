"""Everything `kerasae.evaluate` does to one run."""

import dataclasses
import hashlib
import sys
from types import ModuleType
from typing import Any

import numpy as np

import kerasae
from kerasae import files, registry
from kerasae.config import ConfigError, DataConfig
from kerasae.data.pipeline import Data
from kerasae.evaluation import measured, subject
from kerasae.evaluation.subject import Heads
from kerasae.figures.drawing import draw_plot, missing, unavailable
from kerasae.readouts import features
from kerasae.run_dir import RunDir
from kerasae.runs import open_run
from kerasae.runs.open_run import OpenRun

ALL = "all"


@dataclasses.dataclass(frozen=True)
class Wish:
    """What is wanted, as the flags of `kerasae.evaluate` say it.

    Attributes:
        measures: Names of measures; `all` stands for those that aren't slow.
        heads: Names of heads.
        other_dataset: To be told from the run's own; None for none.
        max_test_images: At most so many of each dataset; None for all.
        seed: Of everything random.
        data_dir: Folder of TFDS datasets.
        download: Whether TFDS may download.
        again: Whether to measure what is measured already.
    """

    measures: tuple[str, ...] = (ALL,)
    heads: tuple[str, ...] = ("linear", "ffn")
    other_dataset: str | None = None
    max_test_images: int | None = None
    seed: int = 0
    data_dir: str | None = None
    download: bool = True
    again: bool = False


def evaluate(run: RunDir, wish: Wish) -> dict[str, dict[str, float | None]]:
    """Takes the measures of one run and draws their figures.

    Returns:
        The summary of every measure, by name; None for what has no value.
    """
    with run.locked():
        opened = open_run.open_run(run)
        own = DataConfig(
            dataset=opened.config.data.dataset, data_dir=wish.data_dir, download=wish.download
        )
        data, _ = open_run.load_data(opened, own, resize=False)
        measures = chosen(wish.measures, data)
        heads = Heads({}, ())
        if any(measure.NEEDS_CLASSIFIERS for measure in measures.values()):
            heads = subject.own_heads(opened, wish.heads, wish.data_dir, wish.seed)
            if not heads.usable:
                raise ConfigError(
                    f"--heads must name one that is a network. Received: {','.join(wish.heads)}."
                )
        summaries = _measure(opened, data, heads, measures, wish)
        _draw(run, tuple(measures))
        return summaries


def chosen(wanted: tuple[str, ...], data: Data) -> dict[str, ModuleType]:
    """The measures to take, by name.

    Raises:
        ConfigError: for a measure that the data can't have.
    """
    known = registry.load_all(registry.MEASURES)
    classes = 0 if data.test.labels is None else len(np.unique(data.test.labels))
    possible = {name: not measure.NEEDS_LABELS or classes >= 2 for name, measure in known.items()}
    impossible = [name for name in wanted if name != ALL and not possible[name]]
    if impossible:
        raise ConfigError(
            f"--measures={','.join(impossible)} needs labels of at least two classes, and "
            f"{data.spec.name} has {classes or 'no labels'}."
        )
    taken = {
        name: measure
        for name, measure in known.items()
        if name in wanted or (ALL in wanted and possible[name] and not measure.SLOW)
    }
    left_out = sorted(set(known) - set(taken)) if ALL in wanted else []
    if left_out:
        print(f"left out of all: {', '.join(left_out)}", file=sys.stderr)
    return taken


def _measure(
    opened: OpenRun, data: Data, heads: Heads, measures: dict[str, ModuleType], wish: Wish
) -> dict[str, dict]:
    """Takes what is to be taken and tells everything."""
    summaries, looked_at = {}, None
    for name, measure in measures.items():
        own_heads = heads if measure.NEEDS_CLASSIFIERS else Heads({}, ())
        settings = _settings(opened, data, own_heads, measure, wish)
        key = _fingerprint(opened, own_heads, settings)
        path = opened.run.evaluation / f"{name}.json"
        if not wish.again and path.exists() and files.read_json(path).get("key") == key:
            print(f"{name} is there already; --again measures it anew", file=sys.stderr)
        else:
            if looked_at is None:
                other = subject.load_other(opened, wish.other_dataset, wish.data_dir, wish.download)
                looked_at = subject.make(
                    opened, data, heads, other, wish.max_test_images, wish.seed
                )
            print(f"measuring {name}", file=sys.stderr)
            found = measure.compute(looked_at)
            measured.write(opened.run, name, measure, found, settings, key)
        summaries[name] = files.read_json(path)["summary"]
        for title, value in summaries[name].items():
            print(f"{title:56s} {'none' if value is None else f'{value:.4f}'}", flush=True)
    return summaries


def _settings(
    opened: OpenRun, data: Data, heads: Heads, measure: ModuleType, wish: Wish
) -> dict[str, Any]:
    """What all numbers depend on, to be printed on figures."""
    whole = data.test.num_images
    images = min(wish.max_test_images or whole, whole)
    settings = {
        "dataset": opened.config.data.dataset,
        "test images": f"{images:,}" if images == whole else f"{images:,} drawn of {whole:,}",
        "seed": wish.seed,
    }
    if wish.other_dataset and measure.NEEDS_OTHER:
        settings["other dataset"] = wish.other_dataset
    if heads.left_out:
        settings["left out"] = f"{', '.join(heads.left_out)} (no network, so no gradient)"
    return settings


def _fingerprint(opened: OpenRun, heads: Heads, settings: dict[str, Any]) -> str:
    """Equal only where autoencoder, heads, settings and kerasae's version are."""
    origin = {**settings, "heads": list(heads.usable), "kerasae": kerasae.__version__}
    models = [opened.autoencoder.model, *(head.model for head in heads.usable.values())]
    keys = [features.fingerprint(model, origin) for model in models]
    return hashlib.sha256("".join(keys).encode()).hexdigest()[:32]


def _draw(run: RunDir, measures: tuple[str, ...]) -> None:
    """The figures that read these measures' files."""
    folder = run.evaluation.relative_to(run.path)
    own = {str(folder / f"{name}.json") for name in measures}
    for name in registry.names(registry.PLOTS):
        plot = registry.load(registry.PLOTS, name, "the figure")
        wanted = own.intersection(plot.NEEDS) and not missing(run, plot)
        if wanted and not unavailable(run, plot):
            print(draw_plot(run, name, plot), file=sys.stderr)
