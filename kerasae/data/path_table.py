"""Pictures in files that a CSV table names: a path and a label in each row."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kerasae import wording
from kerasae.config import ConfigError
from kerasae.data import csv_layout
from kerasae.data.csv_layout import Layout, shown
from kerasae.data.picture_files import FileNames, PictureFiles
from kerasae.data.spec import MAX_CLASSES, UNLABELLED
from kerasae.wording import shortened


def read(tables: dict[str, Path], layouts: Sequence[Layout]) -> PictureFiles:
    """The pictures of a table, or of one of training and one of test images.

    Args:
        tables: By part, `train` first; paths in them are relative to the folder of the first.
        layouts: What the columns of each are.

    Raises:
        ConfigError: for a row that is none, with its line, or labels that are no classes.
        RunError: where a table can't be read.
    """
    parts = {
        part: _rows(path, layout)
        for (part, path), layout in zip(tables.items(), layouts, strict=True)
    }
    folder = tables["train"].parent
    labels = [label for _, found in parts.values() for label in found]
    classes = _classes(tables["train"], {label for label in labels if label})
    numbers = {name: number for number, name in enumerate(classes or ())}
    ends = np.cumsum([len(names) for names, _ in parts.values()]).tolist()
    return PictureFiles(
        folder=folder,
        names=FileNames(name for names, _ in parts.values() for name in names),
        labels=np.array([numbers.get(label, UNLABELLED) for label in labels], np.int64),
        classes=classes,
        parts=dict(zip(parts, ends, strict=True)),
        splits={part: tables[part].name for part in parts} if len(parts) > 1 else {},
    )


def _rows(path: Path, layout: Layout) -> tuple[list[str], list[str]]:
    """Paths and labels of a table; a label may be empty."""
    names, labels = [], []
    for number, (line, row) in enumerate(csv_layout.rows(path)):
        if layout.heading and not number:
            continue
        if len(row) != layout.columns:
            raise ConfigError(
                f"{shown(path)}: line {line:,} has {len(row):,} cells, and the first row has "
                f"{layout.columns:,}."
            )
        name = row[layout.path].strip()
        if not name or "\0" in name:
            raise ConfigError(
                f"{shown(path)}: line {line:,} has no path. Received: "
                f"{shortened(wording.one_line(','.join(row)), 100)}."
            )
        names.append(name)
        labels.append("" if layout.label is None else row[layout.label].strip())
    if not names:
        raise ConfigError(f"{shown(path)} names no picture.")
    return names, labels


def _classes(path: Path, labels: set[str]) -> tuple[str, ...] | None:
    """Names of the classes, whole numbers in their order; None where no row has a label."""
    if not labels:
        return None
    if len(labels) > MAX_CLASSES:
        raise ConfigError(
            f"{shown(path)} has {len(labels):,} different labels; classes are {MAX_CLASSES:,} at "
            "most."
        )
    if all(label.isdecimal() and label.isascii() for label in labels):
        return tuple(sorted(labels, key=lambda label: (int(label), label)))
    return tuple(sorted(labels))
