"""Accuracies over the encoder's layers, and over the number of labels: tables, one an origin."""

import dataclasses
from collections import defaultdict
from pathlib import Path
from typing import TypeVar

from kerasae import files, names, records
from kerasae.config import RunError
from kerasae.readouts import results
from kerasae.readouts.origin import Origin
from kerasae.run_dir import RunDir
from kerasae.tables import Table, mean_and_spread

# Names of the curves in `Origin.readout`.
BY_LAYER, LABEL_EFFICIENCY = "by_layer", "label_efficiency"
CURVE = "curve.json"


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """What one head reached on one layer.

    Attributes:
        layer: The layer's name.
        head: The head's.
        features: Numbers that the head sees of an image.
        accuracy: Share of the test images that it classifies correctly.
    """

    layer: str
    head: str
    features: int
    accuracy: float


@dataclasses.dataclass(frozen=True)
class LabelRow:
    """What ridge reached with one sample of labels.

    Attributes:
        labels_per_class: How many; `all` for all.
        sample: Number of the sample, from 0.
        accuracy: Share of the test images that it classifies correctly.
    """

    labels_per_class: str
    sample: int
    accuracy: float


@dataclasses.dataclass(frozen=True)
class LayerCurve:
    """Accuracies from image to code.

    Attributes:
        origin: What they were made of; its settings are those of each head.
        train_images: Labels that every head learnt from.
        rows: In the order of the layers.
    """

    origin: Origin
    train_images: int
    rows: tuple[LayerRow, ...]


@dataclasses.dataclass(frozen=True)
class LabelCurve:
    """Accuracies from few labels to all.

    Attributes:
        origin: What they were made of; its settings name the numbers of labels.
        train_images: Labels that there are; so many are `all`.
        rows: In the order that was asked for.
    """

    origin: Origin
    train_images: int
    rows: tuple[LabelRow, ...]


Curve = TypeVar("Curve", LayerCurve, LabelCurve)


def write(run: RunDir, curve: LayerCurve | LabelCurve) -> None:
    """Writes a curve, for kerasae as JSON and for people as CSV."""
    with files.atomic_path(results.folder_of(run, curve.origin)) as new:
        new.mkdir()
        records.write_table(
            new / f"{curve.origin.readout}.csv", type(curve.rows[0]), list(curve.rows)
        )
        records.write(new / CURVE, curve)


def layer_table(curve: LayerCurve) -> Table:
    """A row a layer, a column a head."""
    heads = tuple(dict.fromkeys(row.head for row in curve.rows))
    reached = {(row.layer, row.head): row.accuracy for row in curve.rows}
    sizes = {row.layer: row.features for row in curve.rows}
    rows = tuple(
        (layer, size, curve.train_images, *(reached.get((layer, head)) for head in heads))
        for layer, size in sizes.items()
    )
    titles = map(names.readout_title, heads)
    return Table("Accuracy by layer", ("layer", "numbers", "labels", *titles), rows)


def label_table(curve: LabelCurve) -> Table:
    """A row a number of labels, with the spread over its samples."""
    by_count = defaultdict(list)
    for row in curve.rows:
        by_count[row.labels_per_class].append(row.accuracy)
    found = {count: (len(sample), *mean_and_spread(sample)) for count, sample in by_count.items()}
    rows = tuple(
        (f"all {curve.train_images:,}" if count == "all" else count, samples, mean, spread)
        for count, (samples, mean, spread) in found.items()
    )
    columns = ("labels per class", "samples", "accuracy", "standard deviation")
    return Table(f"{names.readout_title('ridge')} against the number of labels", columns, rows)


def is_there(run: RunDir, origin: Origin) -> bool:
    """Whether a run holds the curve of this origin."""
    return (results.folder_of(run, origin) / CURVE).exists()


def by_layer(run: RunDir) -> list[LayerCurve]:
    """Every curve over layers that a run holds, by dataset, the most labels first."""
    return _read_all(run, BY_LAYER, LayerCurve)


def label_efficiency(run: RunDir) -> list[LabelCurve]:
    """Every curve over labels that a run holds, by dataset, the most labels first."""
    return _read_all(run, LABEL_EFFICIENCY, LabelCurve)


def _read_all(run: RunDir, name: str, kind: type[Curve]) -> list[Curve]:
    found = [_read(path, kind) for path in run.readouts.glob(f"*/{name}-*/{CURVE}")]
    return sorted(
        found,
        key=lambda curve: (
            curve.origin.images.dataset, curve.origin.images.content, -curve.train_images,
            curve.origin.key,
        ),
    )  # fmt: skip


def _read(path: Path, kind: type[Curve]) -> Curve:
    """Reads a curve; one that lies in another's folder is damaged."""
    curve = records.read(path, kind)
    if path.parent.name != f"{curve.origin.readout}-{curve.origin.key}":
        raise RunError(f"{path} is damaged: it is another curve.")
    return curve
