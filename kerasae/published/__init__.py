"""Numbers that were published for experiment B, read from the tables beside this file.

Source: the report "Cognition Computation" by Giulio Umbrella.
"""

import csv
from importlib import resources
from typing import Any

from kerasae.config import require_known
from kerasae.data.dataset_name import same_dataset

SOURCE = "report of Giulio Umbrella"
HEADS = ("linear", "ffn")
# What the report tells of its autoencoder; it leaves open what isn't here.
MODEL = {
    "filters": [32, 16],
    "kernel_sizes": [3, 3],
    "dense_sizes": [80],
    "latent_dim": 49,
}
IMAGES = 60_000


def repeated_by(config: dict[str, Any]) -> bool:
    """Whether a run is of the published architecture on all of MNIST.

    Args:
        config: The content of its `config.json`.
    """
    settings = config["settings"]
    model_config = settings["model_config"]
    return (
        settings["model"] == "pooled"
        and all(model_config.get(name) == value for name, value in MODEL.items())
        and same_dataset(settings["data"]["dataset"], "mnist")
        and config["train_images"] == IMAGES
        and config["image_shape"] == [28, 28, 1]
    )


def training_loss() -> dict[int, float]:
    """Training loss, mean squared error, by epoch.

    Returns:
        Epoch to loss; epochs are counted from 1, as everywhere in kerasae (the
        report counts from 0).
    """
    return {int(row["epoch"]) + 1: float(row["training_loss"]) for row in _rows("training_loss")}


def confusion(head: str) -> tuple[tuple[int, ...], ...]:
    """The confusion matrix of a readout on MNIST's 10,000 test images.

    Args:
        head: `linear` or `ffn`.

    Returns:
        Ten rows of ten counts: true digit × predicted digit.

    Raises:
        ConfigError: for a head without a published matrix.
    """
    require_known("A published readout", head, HEADS)
    return tuple(
        tuple(int(row[f"predicted_{digit}"]) for digit in range(10))
        for row in _rows(f"confusion_{head}")
    )


def _rows(name: str) -> list[dict[str, str]]:
    """One dict of strings a row of `<name>.csv`."""
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
