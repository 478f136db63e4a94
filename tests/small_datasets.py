"""Writes small TFDS datasets, as TFDS prepares them; the code that made them is then forgotten."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def write(
    folder: Path,
    name: str,
    features: dict[str, Any],
    splits: Mapping[str, list[dict[str, Any]]],
    num_shards: int = 2,
    **info: Any,
) -> None:
    """Prepares `<folder>/<name>/1.0.0`.

    Args:
        folder: Folder of datasets.
        name: As TFDS writes it: lower case.
        features: TFDS's features by name.
        splits: Rows by split.
        num_shards: Files of each split.
        **info: More of what `tfds.core.DatasetInfo` takes.
    """
    import tensorflow_datasets as tfds

    def describe(self):
        return tfds.core.DatasetInfo(
            builder=self, features=tfds.features.FeaturesDict(features), **info
        )

    methods = {
        "_info": describe,
        "_split_generators": lambda self, _: {key: enumerate(rows) for key, rows in splits.items()},
        "_generate_examples": None,
        "VERSION": tfds.core.Version("1.0.0"),
        "name": name,
        "pkg_dir_path": None,
        "__module__": __name__,
    }
    builder = type(name, (tfds.core.GeneratorBasedBuilder,), methods, skip_registration=True)
    shards = tfds.download.DownloadConfig(num_shards=num_shards)
    builder(data_dir=folder).download_and_prepare(download_config=shards)


def digit_rows(
    positions: range | list[int], **features: Callable[[int], Any]
) -> list[dict[str, Any]]:
    """Rows of scikit-learn's digits, 8x8.

    Args:
        positions: Which digits.
        **features: Their values from position and class; `label`, the class, where none is given.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]
    features = features or {"label": lambda at, label: label}
    return [
        {
            "image": images[at],
            **{name: value(at, int(bunch.target[at])) for name, value in features.items()},
        }
        for at in positions
    ]
