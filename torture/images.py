"""A small dataset of images, prepared as TFDS does."""

import contextlib
import io
from pathlib import Path

import numpy as np

from kerasae import quiet

NAME, CLASSES = "shapes", ("dark", "light", "grey")
SIZES = {"train": 24, "test": 12}


def prepare(folder: Path, classes: tuple[str, ...] = CLASSES) -> None:
    """Writes the dataset `shapes`: grey images of 12x12 in three classes."""
    import tensorflow_datasets as tfds

    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=(12, 12, 1)),
            "label": tfds.features.ClassLabel(names=classes),
        }
    )

    def examples(split):
        draw = np.random.default_rng(len(split))
        for number in range(SIZES[split]):
            label = number % len(classes)
            image = draw.integers(60 * label, 60 * label + 120, (12, 12, 1), np.uint8)
            yield number, {"image": image, "label": label}

    members = {
        "VERSION": tfds.core.Version("1.0.0"),
        "_info": lambda self: tfds.core.DatasetInfo(
            builder=self, features=features, supervised_keys=("image", "label")
        ),
        "_split_generators": lambda self, _: {split: examples(split) for split in SIZES},
        "_generate_examples": None,
        "__module__": __name__,
    }
    builder = type("Shapes", (tfds.core.GeneratorBasedBuilder,), members, skip_registration=True)
    with quiet.silenced(), contextlib.redirect_stdout(io.StringIO()):
        builder(data_dir=folder).download_and_prepare()
